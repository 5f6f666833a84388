// What the log and a summary tell of a controller's design.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tessera::learn::control {

/// One Riccati equation that was solved.
struct Design {
  std::string what;       ///< "regulator", "filter"
  double residual = 0.0;  ///< relative, of the equation
  double radius = 0.0;    ///< largest modulus of an eigenvalue of the loop that it closes
  /// (name, value); positive where all is well.
  std::vector<std::pair<std::string, double>> margins = {};
};

}  // namespace tessera::learn::control
