// Internal to collision operators: the loops in which they spend the time that transforms leave.
#pragma once

#include <cstdint>

#include "base/ivdep.hpp"

namespace tessera::sim::boltzmann {

/// A phase exp(i t).
struct Phase {
  double re = 1.0, im = 0.0;
};
inline Phase operator*(const Phase& a, const Phase& b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

/// out = F (cos t + sin t) for a row of modes, t = row + the phase of each; out alternates real and imaginary parts.
inline void shift_row(int n, const Phase& row, const double* __restrict cosine, const double* __restrict sine,
                      const double* __restrict re, const double* __restrict im, double* __restrict out) {
  // cos t + sin t = (row.re + row.im) cos + (row.re - row.im) sin
  const double with_cosine = row.re + row.im, with_sine = row.re - row.im;
  TESSERA_IVDEP
  for (int z = 0; z < n; ++z) {
    const double factor = with_cosine * cosine[z] + with_sine * sine[z];
    out[2 * z] = factor * re[z];
    out[2 * z + 1] = factor * im[z];
  }
}

/// The phases of one factor along a row.
struct RowPhases {
  Phase row;
  const double* __restrict cosine;
  const double* __restrict sine;
};

/// out = F exp(i t) + i H exp(i t')
inline void shift_two_rows(int n, const RowPhases& f, const double* __restrict f_re, const double* __restrict f_im,
                           const RowPhases& h, const double* __restrict h_re, const double* __restrict h_im,
                           double* __restrict out) {
  TESSERA_IVDEP
  for (int z = 0; z < n; ++z) {
    const double u_re = f.row.re * f.cosine[z] - f.row.im * f.sine[z];
    const double u_im = f.row.re * f.sine[z] + f.row.im * f.cosine[z];
    const double w_re = h.row.re * h.cosine[z] - h.row.im * h.sine[z];
    const double w_im = h.row.re * h.sine[z] + h.row.im * h.cosine[z];
    out[2 * z] = f_re[z] * u_re - f_im[z] * u_im - h_re[z] * w_im - h_im[z] * w_re;
    out[2 * z + 1] = f_re[z] * u_im + f_im[z] * u_re + h_re[z] * w_re - h_im[z] * w_im;
  }
}

/// sums = weight (p^2 - q^2) of numbers p + i q, or increased by that.
template <bool adds>
void difference_of_squares(std::int64_t n, double weight, const double* __restrict waves, double* __restrict sums) {
  TESSERA_IVDEP
  for (std::int64_t i = 0; i < n; ++i) {
    const double p = waves[2 * i], q = waves[2 * i + 1], product = weight * (p * p - q * q);
    sums[i] = adds ? sums[i] + product : product;
  }
}

/// sums = weight p q, or increased by that.
template <bool adds>
void product_of_parts(std::int64_t n, double weight, const double* __restrict waves, double* __restrict sums) {
  TESSERA_IVDEP
  for (std::int64_t i = 0; i < n; ++i) {
    const double product = weight * (waves[2 * i] * waves[2 * i + 1]);
    sums[i] = adds ? sums[i] + product : product;
  }
}

}  // namespace tessera::sim::boltzmann
