// The gas at the start, and the reservoirs that flow in.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.hpp"
#include "deck/formula_program.hpp"
#include "sim/dsmc/travellers.hpp"

namespace tessera::sim::dsmc {

/// One component of the gas at one place.
struct LocalState {
  double density, velocity[3], temperature;
};

/// What the deck says about the start, as numbers.
class StartState {
 public:
  explicit StartState(const DsmcParams& params);

  int num_components() const { return static_cast<int>(species_.size()); }
  int species(int component) const { return species_[static_cast<std::size_t>(component)]; }
  double shape(int component) const { return shape_[static_cast<std::size_t>(component)]; }
  /// Throws Error (input) where there is no such gas, naming place and value.
  std::vector<LocalState> at(const double (&x)[3]) const;
  /// In the middle of a cell of the whole mesh.
  std::vector<LocalState> in_cell(const CellGrid& grid, std::int64_t cell) const;

 private:
  std::vector<int> species_;
  std::vector<double> shape_;
  std::vector<std::string> names_;
  deck::Program program_;
};

/// Local. Particles of the cells of this rank, `weight` real ones each, in no particular place of the block's order:
/// the origin is that of a flight that begins now. `first_id[cell]` of the block is the id of its first one; ids of a
/// cell follow one another. Velocities of species with masses `mass`.
class Filler {
 public:
  Filler(const DsmcParams& params, const StartState& state, const CellGrid& grid, double weight, std::uint32_t seed);

  /// Particles of a cell (global), without making them.
  std::int64_t count(std::int64_t cell) const;
  void fill(std::int64_t cell, std::int64_t first_id, std::vector<Traveller>& result) const;

 private:
  std::int64_t rounded(double expected, std::int64_t cell, int component) const;

  const DsmcParams& params_;
  const StartState& state_;
  CellGrid grid_;
  double per_density_;  ///< particles of a cell where the density is 1
  Random random_;
};

}  // namespace tessera::sim::dsmc
