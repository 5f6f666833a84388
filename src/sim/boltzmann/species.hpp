// One species of a stage: its distribution on this rank's cells, and the room that a step needs.
#pragma once

#include <memory>
#include <optional>

#include "data/field.hpp"
#include "sim/boltzmann/cell_sums.hpp"
#include "sim/boltzmann/params.hpp"
#include "sim/boltzmann/relaxation/models.hpp"
#include "sim/boltzmann/relaxation/targets.hpp"
#include "sim/boltzmann/transport/sides.hpp"

namespace tessera::sim::boltzmann {

/// Distributions that an integrator keeps of each species.
int num_copies(const BoltzmannParams& params);
/// Order and time steps of free flight between collisions: rk3 where two stages would not do.
bool flies_in_three(const BoltzmannParams& params);

class Species {
 public:
  /// Collective. Zero everywhere.
  Species(const BoltzmannParams& params, int number, const data::Mesh& mesh);

  const std::string& name() const { return name_; }
  const PhaseGrid& phase() const { return phase_; }
  double mass() const { return mass_; }
  int cells() const { return cells_; }
  /// The distribution, then copies of it at stages of a step.
  data::Field& copy(int n) { return copies_[static_cast<std::size_t>(n)]; }
  const data::Field& copy(int n) const { return copies_[static_cast<std::size_t>(n)]; }
  CellBlock block(int n) const { return CellBlock(copy(n)); }
  /// What kernels that treat all cells alike run over: the same, or turned if there is only one cell.
  CellBlock wide_block(int n) const { return is_homogeneous_ ? turned(copy(n), phase_.grid().points) : block(n); }
  Sides& sides() { return sides_; }

  /// Collective. Ghosts of a copy, around the mesh and beyond its sides.
  void fill_ghosts(int n);
  /// The sums of a copy, into sums().
  void integrate(int n, int count) const;
  const CellSums& sums() const { return sums_; }

  /// For models: filled by prepare_target or prepare_mixture, then made into a target by complete_target.
  const TargetState& state() const { return state_; }
  const SeparableTables& tables() const { return tables_; }
  const Array1<double>& rate() const { return rate_; }
  const Array1<double>& shares() const { return shares_; }
  /// Local. Returns the lowest number of a cell where the grid has no such target.
  int complete_target(Model model) const;
  /// What complete_target made, for wide blocks.
  Target target(Model model) const;
  /// Rates, and shares of a step with them, for wide blocks.
  void spread_rate() const;
  void fill_shares(double step) const;

 private:
  std::string name_;
  PhaseGrid phase_;
  double mass_;
  int cells_;
  bool is_homogeneous_;
  std::vector<data::Field> copies_;
  Sides sides_;
  CellSums sums_;
  TargetState state_;
  SeparableTables tables_;
  Array1<double> rate_, shares_, line_;
};

/// The mesh of a stage: of one cell if it is homogeneous.
data::Mesh make_mesh(const BoltzmannParams& params, const Comm& comm);

/// What a rank with most cells holds, of `ranks`; bytes.
double predicted_bytes(const BoltzmannParams& params, int ranks);
/// The part of a distribution that a checkpoint has in hand at a time.
double checkpoint_bytes(const BoltzmannParams& params, int ranks);

}  // namespace tessera::sim::boltzmann
