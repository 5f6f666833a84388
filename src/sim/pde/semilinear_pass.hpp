// The work on modes between transforms of a substep, over runs of modes that are neighbours in memory.
//
// With the forced product n(u) = factor FT[p(u)] + force, stages of ETDRK4 are
//   pass 1   a = e2 v + q n(v)      sum = e v + f1 n(v)      rest = e2 a - q n(v)
//   pass 2   b = e2 v + q n(a)      sum += 2 f2 n(a)
//   pass 3   c = rest + 2 q n(b)    sum += 2 f2 n(b)
//   pass 4   v = sum + f3 n(c)
// and each leaves its result in the spectrum of the finer grid, where the product's transform was. Per mode and pass
// about 20 flops on 60 to 100 bytes: a fifth of the flops of the two transforms in between, all of it in cache up to
// some thousand modes. Complex numbers lie real part first; both parts take the same instructions.
#pragma once

#include <cstdint>

#include "base/ivdep.hpp"

namespace tessera::sim::pde {

/// Of one run.
struct PassArrays {
  double* spectrum;     ///< transformed product; becomes the next stage
  const double* force;  ///< of the modes
  double *v, *sum, *rest;
  const double *factor, *e, *e2, *q, *f1, *f2, *f3;  ///< f2 and, in pass 3, q twofold
};

/// A coefficient times a complex number x, of which `part` (0 or 1) is asked for.
template <bool is_complex>
struct Scaled {
  static double of(const double* coefficient, std::int64_t m, const double* x, int part) {
    if constexpr (!is_complex) return coefficient[m] * x[part];
    const double re = coefficient[2 * m], im = coefficient[2 * m + 1];
    return part == 0 ? re * x[0] - im * x[1] : re * x[1] + im * x[0];
  }
};

template <int pass, bool is_symbol_complex, bool is_factor_imaginary>
void run_pass(const PassArrays& a, std::int64_t count) {
  using S = Scaled<is_symbol_complex>;
  double* __restrict spectrum = a.spectrum;
  const double* __restrict force = a.force;
  double* __restrict v = a.v;
  double* __restrict sum = a.sum;
  double* __restrict rest = a.rest;
  const double* __restrict factor = a.factor;
  const double* __restrict e = a.e;
  const double* __restrict e2 = a.e2;
  const double* __restrict q = a.q;
  const double* __restrict f1 = a.f1;
  const double* __restrict f2 = a.f2;
  const double* __restrict f3 = a.f3;
  TESSERA_IVDEP
  for (std::int64_t m = 0; m < count; ++m) {
    const double re = spectrum[2 * m], im = spectrum[2 * m + 1], g = factor[m];
    const double n[2] = {(is_factor_imaginary ? -g * im : g * re) + force[2 * m],
                         (is_factor_imaginary ? g * re : g * im) + force[2 * m + 1]};
    const double now[2] = {v[2 * m], v[2 * m + 1]};
    double stage[2];
    if constexpr (pass == 1) {
      double qn[2];
      for (int c = 0; c < 2; ++c) {
        qn[c] = S::of(q, m, n, c);
        stage[c] = S::of(e2, m, now, c) + qn[c];
        sum[2 * m + c] = S::of(e, m, now, c) + S::of(f1, m, n, c);
      }
      for (int c = 0; c < 2; ++c) rest[2 * m + c] = S::of(e2, m, stage, c) - qn[c];
    } else if constexpr (pass == 2) {
      for (int c = 0; c < 2; ++c) {
        stage[c] = S::of(e2, m, now, c) + S::of(q, m, n, c);
        sum[2 * m + c] += S::of(f2, m, n, c);
      }
    } else if constexpr (pass == 3) {
      for (int c = 0; c < 2; ++c) {
        stage[c] = rest[2 * m + c] + 2.0 * S::of(q, m, n, c);
        sum[2 * m + c] += S::of(f2, m, n, c);
      }
    } else {
      for (int c = 0; c < 2; ++c) stage[c] = v[2 * m + c] = sum[2 * m + c] + S::of(f3, m, n, c);
    }
    spectrum[2 * m] = stage[0];
    spectrum[2 * m + 1] = stage[1];
  }
}

}  // namespace tessera::sim::pde
