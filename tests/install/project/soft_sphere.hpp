// A pair potential: u = A (1 - r/rc)^2 below rc, with A in the place of epsilon.
#pragma once

#include "base/simd.hpp"
#include "sim/pair_table.hpp"

struct SoftSphere {
  enum { slope, inverse_cutoff, height, num_parameters };
  static constexpr int num_force_parameters = 2;
  static constexpr int force_flops = 4;

  static void fill(const tessera::sim::PairCoefficients& pair, tessera::sim::Truncation, double (&p)[num_parameters]) {
    p[height] = pair.epsilon;
    p[inverse_cutoff] = 1.0 / pair.cutoff;
    p[slope] = 2.0 * pair.epsilon / pair.cutoff;
  }

  /// -u'(r)/r
  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static V force_over_r(const V* p, const V& r2) {
    return p[slope] * (tessera::simd::root(tessera::simd::reciprocal(r2)) - p[inverse_cutoff]);
  }

  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static V energy(const V* p, const V& r2) {
    const V gap = 1.0 - tessera::simd::root(r2) * p[inverse_cutoff];
    return p[height] * gap * gap;
  }
};
