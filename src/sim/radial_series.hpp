// Smooth functions of a squared distance as polynomials, for kernels.
#pragma once

#include <functional>

#include "base/kokkos.hpp"

namespace tessera::sim {

/// f(r2) on [0, limit] as a polynomial of t = 2 r2/limit - 1. Four polynomials of t^4 side by side, so that no sum
/// waits for the one before: a multiplication and addition a coefficient.
struct RadialSeries {
  static constexpr int max_quads = 18;
  double scale = 0.0;
  int num_quads = 0;  ///< coefficients in use, by four
  double coefficient[4 * max_quads] = {};

  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION V operator()(const V& r2) const {
    const V t = r2 * scale - 1.0, t2 = t * t, t4 = t2 * t2;
    const double* c = coefficient + 4 * (num_quads - 1);
    V a = c[0], b = c[1], d = c[2], e = c[3];
    for (c -= 4; c >= coefficient; c -= 4) {
      a = a * t4 + c[0];
      b = b * t4 + c[1];
      d = d * t4 + c[2];
      e = e * t4 + c[3];
    }
    return (a + b * t) + t2 * (d + e * t);
  }
};

/// Local. Interpolates at Chebyshev's nodes and drops what lies below `tolerance` times the largest coefficient. Throws
/// Error (input) if the function is not smooth enough for max_quads.
RadialSeries fit_radial_series(const std::function<double(double)>& function, double limit, double tolerance);

}  // namespace tessera::sim
