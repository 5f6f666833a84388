// A gas of simulated particles, one step at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "data/field.hpp"
#include "data/io/state.hpp"
#include "data/particles.hpp"
#include "sim/dsmc/bins.hpp"
#include "sim/dsmc/inflow.hpp"
#include "sim/dsmc/start.hpp"

namespace tessera::sim::dsmc {

/// Each rank has the particles in its cells. A step is: collisions in the cells, flight, and a new order; so it begins
/// with particles binned by cell and species, and ends with them so. Rows of removed particles lie between the others
/// until the next step: only those in bins().order() count. Bit for bit the same on any number of ranks.
class Simulation {
 public:
  /// Collective. Throws Error (input) if the gas of the deck cannot be.
  Simulation(const Comm& comm, const DsmcParams& params, std::uint32_t seed);
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  /// Collective. Throws Error (input) if the box is empty or has too many particles in a cell.
  void start();
  /// Collective. `sums`, unless it is a nullptr, receives the moments of all species in all cells before the collisions
  /// and after them: (cell, species * num_sums + n). Returns what this rank has seen. Throws Error (input), on some
  /// ranks only, if too many particles enter.
  StepTally step(const data::Field* sums);

  const DsmcParams& params() const { return params_; }
  const Gas& gas() const { return gas_; }
  const data::Mesh& mesh() const { return mesh_; }
  const CellGrid& grid() const { return grid_; }
  const Bins& bins() const { return bins_; }
  const data::Particles& particles() const { return particles_; }
  ParticleColumns columns() const { return columns_of(particles_); }
  std::int64_t num_steps_done() const { return step_; }
  double time() const { return static_cast<double>(step_) * params_.dt; }
  /// Real particles that each stands for.
  double weight() const { return weight_; }
  std::int64_t num_global() const { return particles_.comm().all_reduce(std::int64_t{bins_.total()}, Op::sum); }

  /// Collective. Rows [0, bins().total()) are all there are, in order, and the column `type` is up to date.
  void settle();
  /// Collective. Adds the moments of now, (cell, species * num_sums + n).
  void add_moments(const data::Field& sums) const;

  void save(data::StateWriter& writer);
  /// Collective, instead of start(). Bit for bit on any number of ranks.
  void restore(data::StateReader& reader);

 private:
  static ParticleColumns columns_of(const data::Particles& particles);
  void set_weight();
  void set_majorants();
  void move_gathered(int rows);
  /// Appends them to `rows` rows of which the first `num_sorted` are binned, and bins all.
  void take_in(const std::vector<Traveller>& arrived, int rows, int num_sorted);
  CollisionRules collision_rules() const;
  FlightRules flight_rules() const;

  DsmcParams params_;
  std::uint32_t seed_;
  Gas gas_;
  data::Mesh mesh_;
  CellGrid grid_;
  StartState state_;
  Owners owners_;
  Bins bins_;
  data::Particles particles_, spare_;
  data::Field majorant_;
  std::optional<Inflow> inflow_;
  double weight_ = 0.0;
  std::int64_t first_inflow_id_ = 0, step_ = 0;
  std::vector<Bins::Extra> extras_;
};

}  // namespace tessera::sim::dsmc
