// How much a rank sends in one exchange with its neighbours, from the tiling alone: for any rank of any number of
// ranks, none of which needs to run.
#pragma once

#include "data/tiling.hpp"

namespace tessera::data {

/// Of one rank, to all others.
struct ExchangeSize {
  double rows = 0.0;      ///< particles or cells; one that goes to several ranks, or as several images, counts for each
  double messages = 0.0;  ///< one a receiving rank

  double bytes(int components, int bytes_per_value) const { return rows * components * bytes_per_value; }
};

/// Local. What the rank of this tiling sends in one Halo::forward of `width` if `num_particles` fill the whole box
/// evenly: the volumes of the parts of its tile that are wanted elsewhere, times the density. Exact where a lattice
/// has its planes halfway between cuts and reaches; elsewhere right in the mean. A message is counted with the
/// probability that it holds anything (Poisson). Throws Error (input) beyond Halo::max_targets.
ExchangeSize halo_size(const Tiling& tiling, double num_particles, double width);

/// First of the cells that tile `tile` owns along direction d: cuts are rounded to cells. Number grid[d] is the end.
std::int64_t first_cell(const Tiling& tiling, int d, std::int64_t num_cells, int tile);

/// Local. What the rank of this tiling sends when all tiles of a mesh of `num_cells` fill `layers` of ghost cells,
/// edges and corners included. Exact. Ghost cells beyond an open side belong to nobody. Throws Error (input) beyond
/// Halo::max_targets, for a negative number of layers, and for directions without cells.
ExchangeSize mesh_exchange_size(const Tiling& tiling, const std::array<std::int64_t, 3>& num_cells,
                                std::int64_t layers);
/// Likewise, with a number of layers for each direction.
ExchangeSize mesh_exchange_size(const Tiling& tiling, const std::array<std::int64_t, 3>& num_cells,
                                const std::array<std::int64_t, 3>& layers);

}  // namespace tessera::data
