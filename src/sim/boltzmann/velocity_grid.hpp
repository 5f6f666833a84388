// The velocities at which a distribution function is known.
#pragma once

#include <cstdint>

#include "base/kokkos.hpp"

namespace tessera::sim::boltzmann {

/// N^d points in the cube of half width L around a centre: v_j = centre - L + (j + offset) D, D = 2 L / N, periodic as
/// the spectral method has it. Directions beyond d are absent: their velocity is the centre's. Index n = (j_x N + j_y)
/// N + j_z, so that z is fastest, as transforms have it.
struct VelocityGrid {
  int dimensions = 3;       ///< 1 to 3
  int points = 32;          ///< N, even
  double half_width = 6.0;  ///< L
  double offset = 0.5;      ///< 0.5: v -> -v maps points to points where the centre is 0; 0: v = centre is one
  double centre[3] = {0.0, 0.0, 0.0};

  KOKKOS_INLINE_FUNCTION int size() const {
    int size = 1;
    for (int d = 0; d < dimensions; ++d) size *= points;
    return size;
  }
  KOKKOS_INLINE_FUNCTION double spacing() const { return 2.0 * half_width / points; }
  /// What a point stands for in an integral.
  KOKKOS_INLINE_FUNCTION double cell_volume() const {
    double volume = 1.0;
    for (int d = 0; d < dimensions; ++d) volume *= spacing();
    return volume;
  }
  /// Of point j along direction d.
  KOKKOS_INLINE_FUNCTION double coordinate(int d, int j) const {
    return centre[d] - half_width + (j + offset) * spacing();
  }
  KOKKOS_INLINE_FUNCTION void velocity(int n, double (&v)[3]) const {
    for (int d = 2; d >= 0; --d) {
      v[d] = d < dimensions ? coordinate(d, n % points) : centre[d];
      if (d < dimensions) n /= points;
    }
  }
  /// The point whose velocity is that of n but for its sign along d, relative to the centre; offset 0.5 alone.
  KOKKOS_INLINE_FUNCTION int reflected(int n, int d) const {
    int stride = 1;
    for (int k = dimensions - 1; k > d; --k) stride *= points;
    const int j = n / stride % points;
    return n + (points - 1 - 2 * j) * stride;
  }
};

}  // namespace tessera::sim::boltzmann
