#include "sim/boltzmann/disparate/start.hpp"

#include <algorithm>
#include <cmath>

#include "sim/boltzmann/disparate/sizes.hpp"
#include "sim/boltzmann/disparate/sums.hpp"

namespace tessera::sim::boltzmann::disparate {

std::vector<double> start_distribution(const GasStart& gas) {
  const VelocityGrid grid = gas.velocities.grid();
  const Moments m = gas.moments();
  std::vector<double> f(to_size(grid.size()));
  if (gas.shape == Shape::maxwellian) {
    fill_exact_maxwellian(grid, m, f);
    return f;
  }
  std::vector<double> other(f.size());
  if (gas.shape == Shape::beams) {
    Moments beam = m;
    beam.density *= 0.5;
    beam.temperature -= gas.separation * gas.separation / 3.0;
    beam.velocity[0] = m.velocity[0] + gas.separation;
    fill_maxwellian(grid, beam, f);
    beam.velocity[0] = m.velocity[0] - gas.separation;
    fill_maxwellian(grid, beam, other);
    for (std::size_t n = 0; n < f.size(); ++n) f[n] += other[n];
  } else {
    Moments narrow = m;
    narrow.temperature /= 1.0 + 2.0 * gas.excess;
    fill_maxwellian(grid, narrow, f);
    for (int n = 0; n < grid.size(); ++n) {
      double v[3], square = 0.0;
      grid.velocity(n, v);
      for (int d = 0; d < 3; ++d) square += (v[d] - m.velocity[d]) * (v[d] - m.velocity[d]);
      f[to_size(n)] *= 1.0 + gas.excess * (square / narrow.temperature - 3.0);
    }
  }
  fill_maxwellian(grid, m, other);
  correct_sums(grid, m, other, invariants_of(grid, 1.0, m), f);
  return f;
}

double mass_outside(const GasStart& gas, double temperature) {
  const double reach = gas.velocities.half_width;
  const bool is_split = gas.shape == Shape::beams;
  const auto share = [&](double mean, double t) {
    const double width = std::sqrt(2.0 * t);
    return 0.5 * (std::erfc((reach - mean) / width) + std::erfc((reach + mean) / width));
  };
  double sum = 0.0;
  for (std::size_t d = 0; d < 3; ++d) sum += share(gas.velocity[d], temperature);
  if (!is_split) return sum;
  const double cooler = gas.temperature - gas.separation * gas.separation / 3.0;
  const double beam =
      0.5 * (share(gas.velocity[0] + gas.separation, cooler) + share(gas.velocity[0] - gas.separation, cooler));
  return std::max(sum, beam);
}

}  // namespace tessera::sim::boltzmann::disparate
