#include "sim/boltzmann/collisions/positivity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "sim/boltzmann/collisions/conservation.hpp"

namespace tessera::sim::boltzmann {

Negatives negatives(std::span<const double> f) {
  Negatives found;
  for (const double value : f) {
    if (value < 0.0) ++found.count;
    found.lowest = std::min(found.lowest, value);
    found.highest = std::max(found.highest, value);
  }
  return found;
}

Negatives operator+(const Negatives& a, const Negatives& b) {
  return {a.count + b.count, std::min(a.lowest, b.lowest), std::max(a.highest, b.highest)};
}

double limit_to_positive(const VelocityGrid& grid, double mass, std::span<double> f, std::span<double> maxwellian) {
  if (negatives(f).count == 0) return 1.0;
  discrete_maxwellian(grid, mass, checked_moments(grid, mass, f), maxwellian);
  double part = 1.0;
  for (std::size_t n = 0; n < f.size(); ++n)
    if (f[n] < 0.0) part = std::min(part, maxwellian[n] / (maxwellian[n] - f[n]));
  for (std::size_t n = 0; n < f.size(); ++n) f[n] = std::max(0.0, maxwellian[n] + part * (f[n] - maxwellian[n]));
  return part;
}

double fraction_outside(const VelocityGrid& grid, double radius, std::span<const double> f) {
  double outside = 0.0, all = 0.0, v[3];
  for (std::size_t n = 0; n < f.size(); ++n) {
    grid.velocity(static_cast<int>(n), v);
    double square = 0.0;
    for (int d = 0; d < grid.dimensions; ++d) square += (v[d] - grid.centre[d]) * (v[d] - grid.centre[d]);
    all += f[n];
    if (square > radius * radius) outside += f[n];
  }
  return all == 0.0 ? 0.0 : outside / all;
}

/// On a grid that holds even what is far outside.
void require_support(const VelocityGrid& grid, double support, double mass, const Moments& moments, const char* where) {
  const double width = std::sqrt(moments.temperature / mass);
  double drift = 0.0;
  VelocityGrid around = grid;
  for (int d = 0; d < grid.dimensions; ++d)
    drift += (moments.velocity[d] - grid.centre[d]) * (moments.velocity[d] - grid.centre[d]);
  drift = std::sqrt(drift);
  constexpr double enough = 5.7;  // widths that hold all but 1e-6
  if (support >= drift + enough * width) return;
  around.half_width = drift + 7.0 * width;
  around.points = std::max(48, 2 * static_cast<int>(std::ceil(around.half_width / (0.4 * width))));
  constexpr int most = 96;
  around.points = std::min(around.points, most);
  std::vector<double> f(static_cast<std::size_t>(around.size()));
  sample_maxwellian(around, mass, moments, f);
  if (const double outside = fraction_outside(around, support, f); outside > 1e-6)
    throw Error::input(fmt::format(
        "{}: {:.1e} of the particles of a gas of temperature {:.6g}, mass {:.6g} and drift {:.6g} are faster than the "
        "support {:.6g} of the collision operator\nexpected at most 1e-6: a larger half_width (and more points), or a "
        "larger support",
        where, outside, moments.temperature, mass, drift, support));
}

}  // namespace tessera::sim::boltzmann
