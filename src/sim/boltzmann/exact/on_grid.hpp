// Internal to exact solutions: functions of the distance from the centre of a grid, at its points.
#pragma once

#include <span>

#include "sim/boltzmann/velocity_grid.hpp"

namespace tessera::sim::boltzmann {

template <class Function>
void sample_isotropic(const VelocityGrid& grid, std::span<double> values, const Function& function) {
  double v[3];
  for (std::size_t n = 0; n < values.size(); ++n) {
    grid.velocity(static_cast<int>(n), v);
    double square = 0.0;
    for (int d = 0; d < grid.dimensions; ++d) square += (v[d] - grid.centre[d]) * (v[d] - grid.centre[d]);
    values[n] = function(square);
  }
}

}  // namespace tessera::sim::boltzmann
