// What may act between the parts of a step of velocity Verlet: thermostats, barostats, minimisers, constraints.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/sum.hpp"
#include "data/io/state.hpp"

namespace tessera::sim::md {

class Engine;

/// One step is: before_kick, half a kick, before_drift, half a drift, after_half_drift, between_drifts, half a drift,
/// after_drift, forces, half a kick, after_kick. (Where nothing acts between the drifts they are one, without these two
/// calls.) All calls are collective and change all ranks alike; one virtual call each, none a particle.
class Coupling {
 public:
  virtual ~Coupling() = default;

  /// Once, before all else: columns that it works with.
  virtual void attach(Engine&) {}
  /// Before the first forces of a stage: moves particles to where they may be. Returns whether it has moved any.
  virtual bool place(Engine&) { return false; }
  /// Lists have been made anew: rows have changed, and copies hold position and type alone.
  virtual void rebuilt(Engine&) {}
  /// Before the first step of a stage; velocities may be changed.
  virtual void start(Engine&) {}
  /// After start() or restore(): derives what is not saved. The state stays as it is.
  virtual void prepare(Engine&) {}

  virtual void before_kick(Engine&) {}
  virtual void before_drift(Engine&) {}
  virtual bool splits_drift() const { return false; }
  virtual void after_half_drift(Engine&) {}
  virtual void between_drifts(Engine&) {}
  virtual void after_drift(Engine&) {}
  virtual void after_kick(Engine&) {}

  /// Another temperature from here on, which stays; velocities have been given the factor that belongs to it, and the
  /// particles by that this energy.
  virtual void change_temperature(const Engine&, double /*temperature*/, double /*given*/) {}

  /// Whether move() is the whole step, instead of all of the above but after_kick(): a search that evaluates forces as
  /// often as it needs, a forecast. At most one of an ensemble.
  virtual bool moves_particles() const { return false; }
  virtual void move(Engine&) {}

  /// Its own energy, and what it has taken out of the particles: kinetic and potential energy and those of all
  /// couplings together are conserved, up to the error of a finite time step.
  virtual double energy(const Engine&) const { return 0.0; }
  /// Whether energy() is such a quantity.
  virtual bool has_energy() const { return true; }
  virtual bool conserves_momentum() const { return true; }
  virtual bool changes_box() const { return false; }
  /// Whether it sees to it that no particle goes too far in a step, however large the forces.
  virtual bool limits_drift() const { return false; }
  /// Whether there is nothing left to do: further steps would change nothing.
  virtual bool is_finished() const { return false; }
  /// Degrees of freedom that it takes from the particles, on all ranks together.
  virtual std::int64_t num_constraints() const { return 0; }
  /// Collective. Adds this rank's share of sum r (x) f (xx yy zz xy xz yz) over the forces that it puts in of itself,
  /// at the present places, velocities and forces.
  virtual void add_virial(const Engine&, ExactSum* /*virial*/) const {}
  /// Local. What has gone wrong in this step.
  virtual std::optional<Error> problem() const { return {}; }

  virtual void save(const Engine&, data::StateWriter&) const {}
  virtual void restore(const Engine&, data::StateReader&) {}
};

/// Couplings of one engine: they act in the order in which they were added, and after the second kick in the reverse
/// order, so that a step reads the same backwards.
class Ensemble {
 public:
  void add(std::unique_ptr<Coupling> coupling) { couplings_.push_back(std::move(coupling)); }
  bool is_empty() const { return couplings_.empty(); }

  void attach(Engine& engine);
  bool place(Engine& engine);
  void rebuilt(Engine& engine);
  void start(Engine& engine);
  void prepare(Engine& engine);
  void before_kick(Engine& engine);
  /// The drifts, and what acts around them.
  void drift(Engine& engine);
  void after_kick(Engine& engine);
  void change_temperature(const Engine& engine, double temperature, double given);
  bool moves_particles() const;
  void move(Engine& engine);

  double energy(const Engine& engine) const;
  bool splits_drift() const;
  bool has_energy() const;
  bool conserves_momentum() const;
  bool changes_box() const;
  bool limits_drift() const;
  bool is_finished() const;
  std::int64_t num_constraints() const;
  void add_virial(const Engine& engine, ExactSum* virial) const;
  std::optional<Error> problem() const;  ///< the first that there is

  void save(const Engine& engine, data::StateWriter& writer) const;
  void restore(const Engine& engine, data::StateReader& reader);

 private:
  std::vector<std::unique_ptr<Coupling>> couplings_;
};

}  // namespace tessera::sim::md
