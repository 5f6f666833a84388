// Names of the coordinates of points.
#pragma once

#include <string>
#include <vector>

namespace tessera::sim {

/// x, y, z, or x1, x2... in more than three dimensions.
std::vector<std::string> coordinate_names(int dimensions);

}  // namespace tessera::sim
