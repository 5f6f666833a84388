#include "sim/particles/box_around.hpp"

#include <algorithm>

namespace tessera::sim::particles {

namespace {

constexpr double margin = 0.1;

/// Of the longest edge: cuts across such a direction would have the largest area, and are not made.
constexpr double thickness = 1e-3;

void bounds_of(const Array2<double>& position, int rows, int c, double& low, double& high) {
  Kokkos::parallel_reduce(
      "particles/bounds", Range(0, rows),
      KOKKOS_LAMBDA(int row, double& least, double& most) {
        const double x = position(row, c);
        least = x < least ? x : least;
        most = x > most ? x : most;
      },
      Kokkos::Min<double>(low), Kokkos::Max<double>(high));
}

}  // namespace

Extent extent_of(const data::Particles& particles, int dimensions) {
  double ends[6] = {};  // highest, and minus the lowest
  for (int c = 0; c < dimensions; ++c) {
    double low = 0.0, high = 0.0;
    bounds_of(particles.get<double>("position"), particles.num_owned(), c, low, high);
    ends[c] = high;
    ends[3 + c] = -low;
  }
  particles.comm().all_reduce(ends, 6, Op::max);
  Extent extent;
  for (int c = 0; c < dimensions; ++c) {
    extent.high[c] = ends[c];
    extent.low[c] = -ends[3 + c];
  }
  return extent;
}

data::Box box_around(const Space& space, const Extent& extent, double least) {
  data::Vec3 origin{0, 0, 0}, length{0, 0, 0};
  std::array<bool, 3> is_periodic{false, false, false};
  double longest = 0.0;
  for (int c = 0; c < space.dimensions; ++c) {
    const bool is_closed = space.length[c] > 0.0;
    const double size = extent.high[c] - extent.low[c];
    is_periodic[static_cast<std::size_t>(c)] = is_closed;
    origin[c] = is_closed ? space.low[c] : extent.low[c] - margin * size;
    length[c] = is_closed ? space.length[c] : (1.0 + 2.0 * margin) * size;
    longest = std::max(longest, length[c]);
  }
  if (longest == 0.0) longest = least;
  for (int c = 0; c < 3; ++c) {
    if (length[c] > 0.0 && c < space.dimensions) continue;
    length[c] = (c < space.dimensions ? 1.0 : thickness) * longest;
    origin[c] -= 0.5 * length[c];
  }
  return data::Box::orthogonal(origin, length, is_periodic);
}

}  // namespace tessera::sim::particles
