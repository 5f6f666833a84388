// Evaluators of soft pair potentials, which are finite at all distances; epsilon is their height at none.
#pragma once

#include "base/simd.hpp"
#include "sim/pair_table.hpp"

namespace tessera::sim {

/// epsilon exp(-r^2/(2 sigma^2)), shifted to zero at the cutoff.
struct GaussianRepulsion {
  enum { slope, exponent, height, shift, num_parameters };
  static constexpr int num_force_parameters = 2;
  static constexpr int force_flops = 33;  ///< of force_over_r

  static void fill(const PairCoefficients& pair, Truncation, double (&p)[num_parameters]) {
    const double inverse2 = 1.0 / (pair.sigma * pair.sigma);
    p[slope] = pair.epsilon * inverse2;
    p[exponent] = -0.5 * inverse2;
    p[height] = pair.epsilon;
    p[shift] = pair.epsilon * kmath::exp(p[exponent] * pair.cutoff * pair.cutoff);
  }

  /// -u'(r)/r
  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static V force_over_r(const V* p, const V& r2) {
    return p[slope] * simd::exponential(p[exponent] * r2);
  }

  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static V energy(const V* p, const V& r2) {
    return p[height] * simd::exponential(p[exponent] * r2) - p[shift];
  }
};

/// epsilon (1 - r/cutoff)^2
struct QuadraticRepulsion {
  enum { slope, inverse_cutoff, height, num_parameters };
  static constexpr int num_force_parameters = 2;
  static constexpr int force_flops = 4;

  static void fill(const PairCoefficients& pair, Truncation, double (&p)[num_parameters]) {
    p[inverse_cutoff] = 1.0 / pair.cutoff;
    p[slope] = 2.0 * pair.epsilon / pair.cutoff;
    p[height] = pair.epsilon;
  }

  /// -u'(r)/r, which has no direction where two particles are in one place: finite there.
  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static V force_over_r(const V* p, const V& r2) {
    return p[slope] * (simd::root(simd::reciprocal(V(r2 + 1e-200))) - p[inverse_cutoff]);
  }

  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static V energy(const V* p, const V& r2) {
    const V gap = 1.0 - simd::root(r2) * p[inverse_cutoff];
    return p[height] * gap * gap;
  }
};

}  // namespace tessera::sim
