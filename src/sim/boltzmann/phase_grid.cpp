#include "sim/boltzmann/phase_grid.hpp"

#include <algorithm>
#include <cmath>

namespace tessera::sim::boltzmann {

namespace {

/// Behind the axes: whole vectors may be loaded from any of their points.
constexpr int max_lanes = 16;

/// What one component adds to each sum. `v` from the centre; `function` of a reduced grid.
void fill_weights(Reduction reduction, int function, const double (&v)[3], double (&w)[num_sums]) {
  std::fill(std::begin(w), std::end(w), 0.0);
  if (reduction == Reduction::none) {
    const double square = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
    const double all[num_sums] = {1.0,         v[0],          v[1],          v[2],          square,
                                  v[0] * v[0], v[1] * v[1],   v[2] * v[2],   v[0] * v[1],   v[0] * v[2],
                                  v[1] * v[2], v[0] * square, v[1] * square, v[2] * square, square * square};
    std::copy(std::begin(all), std::end(all), w);
    return;
  }
  const double x = v[0];
  const bool is_along = reduction == Reduction::planar && function == 1;
  if (function == 0) {
    w[0] = 1.0;
    w[1] = x;
    w[4] = w[5] = x * x;
    w[11] = x * x * x;
  } else if (is_along) {
    w[2] = 1.0;
    w[8] = x;
  } else {  // the squares across, halved where one of them is asked for
    w[4] = 1.0;
    w[6] = w[7] = 0.5;
    w[11] = x;
  }
}

}  // namespace

PhaseGrid::PhaseGrid(const VelocityGrid& grid, Reduction reduction) : grid_(grid), reduction_(reduction) {
  const auto all = static_cast<std::size_t>(components());
  const int velocities = grid.size();
  HostArray2<double> weights("weights", all, num_sums), velocity("velocities", all, 3),
      axes("axes", static_cast<std::size_t>(grid.points + max_lanes), 3);
  HostArray2<int> mirrored("mirrored", all, 3);
  for (int c = 0; c < components(); ++c) {
    double v[3], from_centre[3] = {}, w[num_sums];
    grid.velocity(c % velocities, v);
    for (int d = 0; d < grid.dimensions; ++d) from_centre[d] = v[d] - grid.centre[d];
    fill_weights(reduction, c / velocities, from_centre, w);
    for (int k = 0; k < num_sums; ++k) weights(c, k) = w[k];
    for (int d = 0; d < 3; ++d) {
      velocity(c, d) = v[d];
      const bool is_mirrored = d < grid.dimensions && grid.offset == 0.5;
      mirrored(c, d) = is_mirrored ? c - c % velocities + grid.reflected(c % velocities, d) : c;
    }
  }
  for (int j = 0; j < grid.points; ++j)
    for (int d = 0; d < 3; ++d) axes(j, d) = d < grid.dimensions ? grid.coordinate(d, j) - grid.centre[d] : 0.0;
  weights_ = Array2<double>("weights", all, num_sums);
  velocities_ = Array2<double>("velocities", all, 3);
  axes_ = Array2<double>("axes", axes.extent(0), 3);
  mirrored_ = Array2<int>("mirrored", all, 3);
  Kokkos::deep_copy(weights_, weights);
  Kokkos::deep_copy(velocities_, velocity);
  Kokkos::deep_copy(axes_, axes);
  Kokkos::deep_copy(mirrored_, mirrored);
}

double PhaseGrid::fastest(int d) const {
  if (d >= grid_.dimensions) return std::abs(grid_.centre[d]);
  return std::max(std::abs(grid_.coordinate(d, 0)), std::abs(grid_.coordinate(d, grid_.points - 1)));
}

}  // namespace tessera::sim::boltzmann
