#include "sim/md/forces/cubic_table.hpp"

namespace tessera::sim::md {

namespace {

/// Slopes in units of the spacing.
std::vector<double> node_slopes(const std::vector<double>& g) {
  const std::size_t n = g.size();
  std::vector<double> slope(n);
  slope[0] = g[1] - g[0];
  slope[1] = 0.5 * (g[2] - g[0]);
  for (std::size_t m = 2; m + 2 < n; ++m) slope[m] = ((g[m - 2] - g[m + 2]) + 8.0 * (g[m + 1] - g[m - 1])) / 12.0;
  slope[n - 2] = 0.5 * (g[n - 1] - g[n - 3]);
  slope[n - 1] = g[n - 1] - g[n - 2];
  return slope;
}

}  // namespace

std::vector<double> hermite_coefficients(const std::vector<double>& values) {
  const auto slope = node_slopes(values);
  std::vector<double> c;
  c.reserve(4 * (values.size() - 1));
  for (std::size_t m = 0; m + 1 < values.size(); ++m) {
    const double rise = values[m + 1] - values[m];
    c.insert(c.end(),
             {values[m], slope[m], 3.0 * rise - 2.0 * slope[m] - slope[m + 1], slope[m] + slope[m + 1] - 2.0 * rise});
  }
  return c;
}

}  // namespace tessera::sim::md
