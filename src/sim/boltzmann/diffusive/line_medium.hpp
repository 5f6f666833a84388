// What formulas of x say about the matter that particles go through, on the cells and faces of one rank.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/boltzmann/diffusive/params.hpp"

namespace tessera::sim::boltzmann::diffusive {

/// Local. Values of a formula of x (and, if given, v at the same places). Throws Error (input), naming the place, if
/// one is not finite.
std::vector<double> evaluate_line(const LinearKineticParams& params, const std::string& what,
                                  const std::string& formula, const std::vector<double>& x, const double* v = nullptr);

/// Cells [first, first + count) and their faces, face n on the low side of cell n: count + 1 of them.
struct LineMedium {
  std::vector<double> rate;  ///< sigma at each face, positive
  /// phi at the middle of the cells from first - 1 to first + count, that of the cell itself beyond walls.
  std::vector<double> potential;

  double difference(std::size_t face) const { return potential[face + 1] - potential[face]; }
};
LineMedium make_line_medium(const LinearKineticParams& params, std::int64_t first, std::int64_t count);

/// Over the whole line.
struct LineExtremes {
  double least_rate = 0.0;
  double largest_force = 0.0;  ///< |phi'|
};
LineExtremes line_extremes(const LinearKineticParams& params);

}  // namespace tessera::sim::boltzmann::diffusive
