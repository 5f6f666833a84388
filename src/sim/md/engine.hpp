// The molecular dynamics engine: particles, their neighbourhood and forces, advanced by velocity Verlet
// and what couples to it.
#pragma once

#include <array>
#include <memory>

#include "base/units.hpp"
#include "data/deformation.hpp"
#include "data/io/state.hpp"
#include "data/neighbourhood.hpp"
#include "data/system.hpp"
#include "sim/md/ensembles/coupling.hpp"
#include "sim/md/forces/force_field.hpp"
#include "sim/pair_lists.hpp"
#include "sim/pair_table.hpp"
#include "sim/stage.hpp"

namespace tessera::sim::md {

// What all simulators of particles share.
using sim::BalanceBy;
using sim::BalanceParams;
using sim::Balancer;
using sim::NeighbourParams;
using sim::PairCoefficients;
using sim::PairTable;
using sim::Truncation;

/// Sums over all particles; energies in the unit system's energy.
struct Totals {
  double kinetic = 0.0;
  double kinetic_tensor[6] = {};  ///< sum m v (x) v, xx yy zz xy xz yz, in energy
  double potential = 0.0;         ///< without tail corrections
  double virial[6] = {};          ///< sum of r (x) f (pairs: r_ij (x) f_ij), xx yy zz xy xz yz, constraints included
  double momentum[3] = {};        ///< sum m v
};

/// Of all particles: energy, its tensor sum m v (x) v (xx yy zz xy xz yz, in energy), sum m v.
struct Kinetic {
  double energy = 0.0, tensor[6] = {}, momentum[3] = {};
};

class Engine {
 public:
  /// Slots of the agreement that the engine uses.
  enum Slot { displacement, drift };

  /// The columns velocity, force and the positions of the last list build are added where missing; masses are those of
  /// the species. `grid` of zeros: the tiling with the least surface, until the balance asks for another one.
  Engine(data::System system, const Units& units, ForceField forces, const NeighbourParams& neighbours, double dt,
         data::Int3 grid = {0, 0, 0}, const BalanceParams& balance = {});

  /// Before start() or restore(): what acts between the parts of a step. Throws Error (input) where it cannot.
  void set_ensemble(Ensemble ensemble);
  const Ensemble& ensemble() const { return ensemble_; }

  /// Collective. Brings particles home, builds lists, computes forces.
  void start();
  /// Collective. One step of velocity Verlet (Swope et al., J. Chem. Phys. 76, 637 (1982)).
  void step(Agreement& agreement);
  /// Takes over what all ranks agreed on after a step: whether lists still hold in the next one.
  void agreed(const Agreement& agreement);

  /// Collective. Between steps: thermostats go on at another temperature, and velocities are multiplied by a factor.
  void change_temperature(double temperature, double factor);

  /// Collective. Of the present state, which stays as it is.
  Totals totals() const;
  Kinetic kinetic() const;
  /// Collective. As in Totals.
  double potential_energy() const;
  /// Collective. Sum of r (x) f, as in Totals, without a look at velocities.
  std::array<double, 6> virial() const;
  /// 3 N, less what the momentum (where it stays as it is) and constraints take.
  double degrees_of_freedom() const;

  /// For couplings. Local: moves owned particles along their velocities.
  void drift_for(double dt);
  /// For couplings. Local: owned particles have been moved besides, at most that far.
  void note_move(double distance) { moved_ += distance; }
  /// For couplings, the same on all ranks: longer or shorter steps than the stage's; its time goes on as ever.
  void set_pace(double pace) { pace_ = pace; }
  /// For couplings, collective: how far the next step takes a particle at most.
  double longest_next_drift() const;
  /// For couplings, collective: owned particles were moved, each at most so far; lists are made anew where they have to
  /// be, and all forces.
  void relocated(double longest);
  /// For couplings, the same on all ranks: the box, and places in it. Throws Error (numeric) for a change that no box
  /// makes in one step.
  void deform(const data::Matrix3& map);

  /// Collective. Of one step, without work on the lists.
  StepCost step_cost() const;

  std::int64_t num_steps_done() const { return step_; }
  double time() const { return time_; }
  const data::System& system() const { return system_; }
  data::System& system() { return system_; }
  const data::Tiling& tiling() const { return lists_.tiling(); }
  const ForceField& forces() const { return forces_; }
  const data::Neighbourhood& neighbourhood() const { return lists_.neighbourhood(); }
  const Units& units() const { return units_; }
  /// Of the step to come: that of the stage, times the pace.
  double dt() const { return pace_ * dt_; }
  const Array1<double>& masses() const { return mass_; }  ///< by type
  std::int64_t num_global() const { return num_global_; }
  std::int64_t num_builds() const { return lists_.num_builds(); }
  std::int64_t num_prunes() const { return lists_.num_prunes(); }
  /// How often all forces were computed, a restart not counted.
  std::int64_t num_evaluations() const { return num_evaluations_; }
  /// Steps made with lists that were too old, because `every` or `check` did not allow a rebuild.
  std::int64_t num_outdated() const { return num_outdated_; }
  const Balancer& balancer() const { return lists_.balancer(); }

  /// Collective. Positions, velocities, their order, the cuts, and what the next rebuild depends on.
  void save(data::StateWriter& writer) const;
  /// Collective, instead of start(). Bit for bit on as many ranks as saved.
  void restore(data::StateReader& reader);

 private:
  void add_columns();
  bool must_rebuild() const;
  bool move();
  bool move_with_ensemble();
  void update_halo_and_forces();
  void rebuild_lists(bool first);
  void begin_stepping();
  Error blow_up() const;

  data::System system_;
  Units units_;
  NeighbourParams neighbours_;
  double dt_, pace_ = 1.0;
  double longest_drift_;  // in one step: beyond it, something has blown up
  PairLists lists_;
  ForceField forces_;
  Array1<double> mass_, acceleration_factor_;  // by type; 1 / (mass * mass_velocity2)
  std::int64_t step_ = 0;
  double time_ = 0.0;
  double next_displacement_ = 0.0;  // from the last build, after the next drift, largest over all ranks
  double next_drift_ = 0.0;         // length of the next drift, likewise
  std::int64_t num_global_ = 0;
  std::int64_t num_outdated_ = 0, num_evaluations_ = 0;
  Ensemble ensemble_;
  double moved_ = 0.0;  // in this step, on this rank: how far drifts have taken a particle at most
};

}  // namespace tessera::sim::md
