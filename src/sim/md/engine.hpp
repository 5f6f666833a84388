// The molecular dynamics engine: particles, their neighbourhood and forces, advanced by velocity Verlet.
#pragma once

#include <array>
#include <memory>

#include "base/units.hpp"
#include "data/io/state.hpp"
#include "data/neighbourhood.hpp"
#include "data/system.hpp"
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
  double virial[6] = {};          ///< sum of r (x) f (pairs: r_ij (x) f_ij), xx yy zz xy xz yz
  double momentum[3] = {};        ///< sum m v
};

class Engine {
 public:
  /// Slots of the agreement that the engine uses.
  enum Slot { displacement, drift };

  /// The columns velocity, force and the positions of the last list build are added where missing; masses are those of
  /// the species. `grid` of zeros: the tiling with the least surface, until the balance asks for another one.
  Engine(data::System system, const Units& units, ForceField forces, const NeighbourParams& neighbours, double dt,
         data::Int3 grid = {0, 0, 0}, const BalanceParams& balance = {});

  /// Collective. Brings particles home, builds lists, computes forces.
  void start();
  /// Collective. One step of velocity Verlet (Swope et al., J. Chem. Phys. 76, 637 (1982)).
  void step(Agreement& agreement);
  /// Takes over what all ranks agreed on after a step: whether lists still hold in the next one.
  void agreed(const Agreement& agreement);

  /// Collective. Of the present state, which stays as it is.
  Totals totals() const;

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
  double dt() const { return dt_; }
  const Array1<double>& masses() const { return mass_; }  ///< by type
  std::int64_t num_global() const { return num_global_; }
  std::int64_t num_builds() const { return lists_.num_builds(); }
  std::int64_t num_prunes() const { return lists_.num_prunes(); }
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
  void update_halo_and_forces();
  void rebuild_lists(bool first);
  void begin_stepping();
  Error blow_up() const;

  data::System system_;
  Units units_;
  NeighbourParams neighbours_;
  double dt_;
  double longest_drift_;  // in one step: beyond it, something has blown up
  PairLists lists_;
  ForceField forces_;
  Array1<double> mass_, acceleration_factor_;  // by type; 1 / (mass * mass_velocity2)
  std::int64_t step_ = 0;
  double time_ = 0.0;
  double next_displacement_ = 0.0;  // from the last build, after the next drift, largest over all ranks
  double next_drift_ = 0.0;         // length of the next drift, likewise
  std::int64_t num_global_ = 0;
  std::int64_t num_outdated_ = 0;
};

}  // namespace tessera::sim::md
