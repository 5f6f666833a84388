// Internal to Halo: which tiles and images along one direction can hold copies of a row.
#pragma once

#include <vector>

#include "data/tiling.hpp"

namespace tessera::data {

/// A tile coordinate and the image of the box it is seen in. A row at fractional s is copied there if
/// low <= s < high; its copy lies at s - image.
struct Target {
  int tile;
  int image;
  double low, high;
};

/// Targets along direction d within `reach` (fractional) of this rank's tile; the first one is the tile itself.
/// Throws Error (input) if there are more than Halo::max_targets.
std::vector<Target> find_targets(const Tiling& tiling, int d, double reach);

}  // namespace tessera::data
