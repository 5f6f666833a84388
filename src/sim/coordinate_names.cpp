#include "sim/coordinate_names.hpp"

#include <fmt/format.h>

namespace tessera::sim {

std::vector<std::string> coordinate_names(int dimensions) {
  if (dimensions <= 3) {
    const std::vector<std::string> names{"x", "y", "z"};
    return {names.begin(), names.begin() + dimensions};
  }
  std::vector<std::string> names;
  for (int n = 1; n <= dimensions; ++n) names.push_back(fmt::format("x{}", n));
  return names;
}

}  // namespace tessera::sim
