// Particles that flow in from reservoirs beyond sides of the box.
#pragma once

#include <vector>

#include "sim/dsmc/travellers.hpp"

namespace tessera::sim::dsmc {

/// Number of particles of a Maxwellian that cross a unit area in unit time, per density: `normal` is its mean velocity
/// towards the area, `width` the root of k T/m (Bird 1994, 4.22).
double flux_per_density(double normal, double width);

/// The speed towards the area of one of these, 0 < chance < 1 the share that are faster. Exact but for rounding.
double flux_speed(double normal, double width, double chance);

class Inflow {
 public:
  Inflow(const DsmcParams& params, const CellGrid& grid, double weight, std::uint32_t seed);

  bool is_empty() const { return faces_.empty(); }
  /// Local. Those that enter this rank's cells in a step, at the end of their first flight; some may have gone on to
  /// others' cells, and what has left the box again is not there. Ids are from `first_id` on, unlike all others of this
  /// and other steps. Throws Error (input) if so many enter that they cannot be numbered.
  void enter(const FlightRules& flight, std::int64_t first_id, WallSums& walls, std::vector<Traveller>& result) const;
  /// Bits of an id that tell the particles of one step apart.
  static constexpr int id_bits = 32;

 private:
  struct Face {         ///< of a cell, for one species
    std::int64_t cell;  ///< of the mesh
    std::int64_t slot;  ///< numbers faces and species through
    int side, type;
    double expected;  ///< particles a step
  };
  Traveller enter_at(const Face& face, std::uint32_t n, const FlightRules& flight) const;

  const DsmcParams& params_;
  CellGrid grid_;
  std::array<SideParams, num_sides> sides_;
  std::vector<double> width_[num_sides];  // of each species
  std::vector<Face> faces_;
  Random random_;
  int number_bits_ = id_bits;
};

}  // namespace tessera::sim::dsmc
