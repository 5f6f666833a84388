// Any formula of the distance, cut off in any way: an evaluator made from a few lines.
#pragma once

#include "base/simd.hpp"
#include "sim/pair_table.hpp"

namespace tessera::sim {

/// Energy and -u'(r)/r of one pair.
template <class V>
struct PairValue {
  V energy, force_over_r;
};

/// Formula: its Coefficients (with a cutoff and, in case, smoothing), `count` parameters, `flops`, fill(coefficients,
/// p) and value(p, r2, r, 1/r), both static. IsSmooth: for Truncation::smooth alone.
template <class Formula, bool IsSmooth>
struct Truncated {
  using Coefficients = typename Formula::Coefficients;
  enum { shift = Formula::count, slope, cutoff, smoothing2, num_parameters };
  static constexpr int num_force_parameters = num_parameters;
  static constexpr int force_flops = Formula::flops + (IsSmooth ? 50 : 14);

  static void fill(const Coefficients& pair, Truncation truncation, double (&p)[num_parameters]) {
    for (auto& value : p) value = 0.0;
    Formula::fill(pair, p);
    p[cutoff] = pair.cutoff;
    if (pair.cutoff == 0.0) return;
    const double rc = pair.cutoff;
    const auto end = Formula::template value<double>(p, rc * rc, rc, 1.0 / rc);
    p[shift] = truncation == Truncation::none ? 0.0 : end.energy;
    p[slope] = truncation == Truncation::force ? end.force_over_r * rc : 0.0;
    p[smoothing2] = pair.smoothing * pair.smoothing;
  }

  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static V force_over_r(const V* p, const V& r2) {
    return value(p, r2, simd::reciprocal(r2)).force_over_r;
  }
  /// Where 1/r^2 is at hand.
  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static V force_over_r(const V* p, const V& r2, const V& inverse2) {
    return value(p, r2, inverse2).force_over_r;
  }
  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static V energy(const V* p, const V& r2) {
    return value(p, r2, simd::reciprocal(r2)).energy;
  }

 private:
  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static PairValue<V> value(const V* p, const V& r2, const V& inverse2) {
    const V inverse = simd::root(inverse2), r = r2 * inverse;
    PairValue<V> u = Formula::template value<V>(p, r2, r, inverse);
    u.energy = u.energy - p[shift] + p[slope] * (r - p[cutoff]);
    u.force_over_r = u.force_over_r - p[slope] * inverse;
    if constexpr (IsSmooth) {
      const V gap = simd::reciprocal(V(r - p[cutoff])), gap2 = gap * gap;
      const V factor = simd::exponential(V(-p[smoothing2] * gap2));
      u.force_over_r = factor * (u.force_over_r - 2.0 * p[smoothing2] * gap2 * gap * inverse * u.energy);
      u.energy = factor * u.energy;
    }
    return u;
  }
};

}  // namespace tessera::sim
