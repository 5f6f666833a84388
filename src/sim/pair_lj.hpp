// Lennard-Jones evaluators: u = 4 eps [(sigma/r)^12 - (sigma/r)^6] and its truncations.
#pragma once

#include "base/simd.hpp"
#include "sim/pair_table.hpp"

namespace tessera::sim {

/// Plain or energy-shifted: the force is the same.
struct LennardJones {
  enum { force12, force6, energy12, energy6, shift, num_parameters };
  static constexpr int num_force_parameters = 2;
  static constexpr int force_flops = 7;  ///< of force_over_r, the reciprocal counted once

  /// Parameters of one pair of types; all zero for a pair that does not interact.
  static void fill(const PairCoefficients& pair, Truncation truncation, double (&p)[num_parameters]) {
    const double sigma2 = pair.sigma * pair.sigma, sigma6 = sigma2 * sigma2 * sigma2;
    p[force6] = 24.0 * pair.epsilon * sigma6;
    p[force12] = 48.0 * pair.epsilon * sigma6 * sigma6;
    p[energy6] = 4.0 * pair.epsilon * sigma6;
    p[energy12] = 4.0 * pair.epsilon * sigma6 * sigma6;
    const double s6 = 1.0 / (pair.cutoff * pair.cutoff * pair.cutoff * pair.cutoff * pair.cutoff * pair.cutoff);
    p[shift] = truncation == Truncation::none ? 0.0 : s6 * (p[energy12] * s6 - p[energy6]);
  }

  /// -u'(r)/r, where 1/r^2 is at hand
  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static V force_over_r(const V* p, const V& /*r2*/, const V& inverse2) {
    const V inverse6 = inverse2 * inverse2 * inverse2;
    return inverse6 * (p[force12] * inverse6 - p[force6]) * inverse2;
  }
  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static V force_over_r(const V* p, const V& r2) {
    return force_over_r(p, r2, simd::reciprocal(r2));
  }

  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static V energy(const V* p, const V& r2) {
    const V inverse2 = simd::reciprocal(r2);
    const V inverse6 = inverse2 * inverse2 * inverse2;
    return inverse6 * (p[energy12] * inverse6 - p[energy6]) - p[shift];
  }
};

/// u(r) - u(rc) - (r - rc) u'(rc): force and energy both go to zero at the cutoff.
struct ForceShiftedLennardJones {
  enum { force12, force6, slope, energy12, energy6, shift, num_parameters };
  static constexpr int num_force_parameters = 3;
  static constexpr int force_flops = 10;

  static void fill(const PairCoefficients& pair, Truncation, double (&p)[num_parameters]) {
    double plain[LennardJones::num_parameters];
    LennardJones::fill(pair, Truncation::energy, plain);
    p[force12] = plain[LennardJones::force12];
    p[force6] = plain[LennardJones::force6];
    p[energy12] = plain[LennardJones::energy12];
    p[energy6] = plain[LennardJones::energy6];
    const double rc = pair.cutoff;
    p[slope] = -LennardJones::force_over_r<double>(plain, rc * rc) * rc;
    p[shift] = plain[LennardJones::shift] - rc * p[slope];
  }

  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static V force_over_r(const V* p, const V& /*r2*/, const V& inverse2) {
    const V inverse6 = inverse2 * inverse2 * inverse2;
    return inverse6 * (p[force12] * inverse6 - p[force6]) * inverse2 + p[slope] * simd::root(inverse2);
  }
  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static V force_over_r(const V* p, const V& r2) {
    return force_over_r(p, r2, simd::reciprocal(r2));
  }

  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static V energy(const V* p, const V& r2) {
    const V inverse2 = simd::reciprocal(r2);
    const V inverse6 = inverse2 * inverse2 * inverse2;
    return inverse6 * (p[energy12] * inverse6 - p[energy6]) - p[shift] - p[slope] * simd::root(r2);
  }
};

}  // namespace tessera::sim
