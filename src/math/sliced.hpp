// Wasserstein distances of projections on lines.
#pragma once

#include <cstdint>
#include <vector>

#include "math/points.hpp"

namespace tessera::math {

/// So many unit vectors, one behind the other, equally likely in all directions.
std::vector<double> draw_directions(std::uint32_t seed, std::int64_t count, int dimension);

/// Collective. Root of the mean over directions (unit vectors, one behind the other, the same on all ranks) of the
/// squared Wasserstein distance of order 2 between the projections (N. Bonneel et al., J. Math. Imaging Vis. 51, 22
/// (2015)). Directions are shared out: a rank holds the projections of all rows on one of them, never their positions.
/// Throws Error (input) if dimensions differ, (internal) for no direction.
double sliced_w2(const Points& x, const Points& y, const std::vector<double>& directions);

}  // namespace tessera::math
