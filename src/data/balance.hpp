// Cuts that give every tile the same work.
#pragma once

#include <cstdint>

#include "base/kokkos.hpp"
#include "data/particles.hpp"
#include "data/tiling.hpp"

namespace tessera::data {

/// Collective. The largest work of a rank over the mean of all; 1 if there is no work at all.
double imbalance_of(const Comm& comm, std::int64_t work);

/// What new cuts must respect.
struct BalanceLimits {
  double halo_width = 0.0;    ///< see least_width
  bool is_grid_free = false;  ///< the number of tiles along each direction may change as well
  double enough = 1.0;        ///< another grid is looked at only while the imbalance is larger
};

/// Least fractional width of a tile along d: half that of the halo, so that copies come from few tiles; half of an even
/// tile where these are thinner than the halo; never so thin that a halo would need more than Halo::max_targets.
double least_width(const Box& box, int d, int tiles, double halo_width);

struct BalancedTiling {
  Tiling tiling;
  double imbalance;  ///< once the particles have migrated, if their work stays as it is
};

/// Collective. `work` is that of each owned particle and not negative. In every direction, the cuts part the work of
/// all particles equally. Where that leaves the tiles unequal (two clouds in opposite corners) and the grid is free,
/// other grids are tried, those with the least surface first: a row of tiles can part anything. Communicated are
/// histograms, O(1024 tiles along a direction), and one number a rank for each grid; sums are of integers, so that the
/// result is the same on all ranks and in every run.
BalancedTiling balance(const Tiling& tiling, const Particles& particles, const Array1<int>& work,
                       const BalanceLimits& limits);

}  // namespace tessera::data
