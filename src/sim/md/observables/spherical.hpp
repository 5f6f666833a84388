// Spherical harmonics in kernels.
#pragma once

#include "base/kokkos.hpp"

namespace tessera::sim::md {

/// Sums of sqrt(4 pi/(2L+1)) Y_Lm over directions, m from 0 to L; those of -m are their conjugates up to sign.
template <int L>
struct HarmonicSums {
  double re[L + 1] = {}, im[L + 1] = {};

  /// A unit vector. Legendre functions are divided by the sine to the power m, which goes to (x + iy)^m: nothing is
  /// singular at the poles.
  KOKKOS_FUNCTION void add(double x, double y, double z) {
    double power_re = 1.0, power_im = 0.0, diagonal = 1.0;  // (x + iy)^m, P_mm
    for (int m = 0; m <= L; ++m) {
      double before = 0.0, now = diagonal;
      for (int l = m + 1; l <= L; ++l) {
        const double next = ((2 * l - 1) * z * now - (l + m - 1) * before) / (l - m);
        before = now;
        now = next;
      }
      double ratio = 1.0;  // (L - m)! / (L + m)!
      for (int k = L - m + 1; k <= L + m; ++k) ratio /= k;
      const double factor = now * kmath::sqrt(ratio);
      re[m] += factor * power_re;
      im[m] += factor * power_im;
      const double next_re = power_re * x - power_im * y;
      power_im = power_re * y + power_im * x;
      power_re = next_re;
      diagonal *= 2 * m + 1;
    }
  }

  /// Sum over all m of |sum|^2: by the addition theorem sum over pairs of directions of P_L(cosine between them).
  KOKKOS_FUNCTION double square() const {
    double sum = re[0] * re[0] + im[0] * im[0];
    for (int m = 1; m <= L; ++m) sum += 2.0 * (re[m] * re[m] + im[m] * im[m]);
    return sum;
  }
};

}  // namespace tessera::sim::md
