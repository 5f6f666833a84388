// What may act between the parts of a step of velocity Verlet: thermostats, barostats, minimisers, constraints.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "data/io/state.hpp"

namespace tessera::data {
class Particles;
}

namespace tessera::sim::md {

class Engine;

/// One step is: before_kick, half a kick, before_drift, half a drift, between_drifts, half a drift, after_drift,
/// forces, half a kick, after_kick. (Where nothing acts between the drifts they are one.) All calls are collective and
/// change all ranks alike; one virtual call each, none a particle. A solver of constraints would put places right in
/// after_drift, velocities there and in after_kick, and take its equations out of the degrees of freedom.
class Coupling {
 public:
  virtual ~Coupling() = default;

  /// Before start() or restore(): what it keeps with the particles.
  virtual void add_columns(data::Particles&) const {}
  /// Before the first step of a stage; the state may be changed.
  virtual void start(Engine&) {}
  /// After start() or restore(): derives what is not saved. The state stays as it is.
  virtual void prepare(Engine&) {}

  virtual void before_kick(Engine&) {}
  virtual void before_drift(Engine&) {}
  virtual bool splits_drift() const { return false; }
  virtual void between_drifts(Engine&) {}
  virtual void after_drift(Engine&) {}
  virtual void after_kick(Engine&) {}

  /// Another temperature from here on, which stays; velocities have been given the factor that belongs to it, and the
  /// particles by that this energy.
  virtual void change_temperature(const Engine&, double /*temperature*/, double /*given*/) {}

  /// Whether move() is the whole step, instead of all of the above: a search that evaluates forces as often as it
  /// needs. At most one of an ensemble.
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

  virtual void save(const Engine&, data::StateWriter&) const {}
  virtual void restore(const Engine&, data::StateReader&) {}
};

/// Couplings of one engine: they act in the order in which they were added, and after the second kick in the reverse
/// order, so that a step reads the same backwards.
class Ensemble {
 public:
  void add(std::unique_ptr<Coupling> coupling) { couplings_.push_back(std::move(coupling)); }
  bool is_empty() const { return couplings_.empty(); }

  void add_columns(data::Particles& particles) const;
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
  bool has_energy() const;
  bool conserves_momentum() const;
  bool changes_box() const;
  bool limits_drift() const;
  bool is_finished() const;
  std::int64_t num_constraints() const;

  void save(const Engine& engine, data::StateWriter& writer) const;
  void restore(const Engine& engine, data::StateReader& reader);

 private:
  std::vector<std::unique_ptr<Coupling>> couplings_;
};

}  // namespace tessera::sim::md
