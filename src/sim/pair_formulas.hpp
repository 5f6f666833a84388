// Pair potentials for sim::Truncated.
#pragma once

#include "sim/pair_truncated.hpp"

namespace tessera::sim {

/// a exp(-b r) - c/r^6 - d/r^8 (Buckingham 1938; with charges: BKS silica, van Beest, Kramer and van Santen 1990; with
/// d Born, Mayer and Huggins: alkali halides, Tosi and Fumi 1964).
struct BuckinghamCoefficients {
  double a = 0.0, b = 0.0, c = 0.0, d = 0.0, cutoff = 0.0, smoothing = 0.0;
};
struct Buckingham {
  using Coefficients = BuckinghamCoefficients;
  enum { a, b, c, d, count };
  static constexpr int flops = 52;

  static void fill(const Coefficients& pair, double* p) {
    p[a] = pair.a;
    p[b] = pair.b;
    p[c] = pair.c;
    p[d] = pair.d;
  }
  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static PairValue<V> value(const V* p, const V&, const V& r, const V& inverse) {
    const V inverse2 = inverse * inverse, inverse6 = inverse2 * inverse2 * inverse2;
    const V six = p[c] * inverse6, eight = p[d] * inverse6 * inverse2;
    const V repulsion = p[a] * simd::exponential(V(-p[b] * r));
    return {repulsion - six - eight, (p[b] * repulsion - (6.0 * six + 8.0 * eight) * inverse) * inverse};
  }
};

/// depth ([1 - exp(-alpha (r - length))]^2 - 1) (Morse 1929).
struct MorseCoefficients {
  double depth = 0.0, alpha = 0.0, length = 0.0, cutoff = 0.0, smoothing = 0.0;
};
struct Morse {
  using Coefficients = MorseCoefficients;
  enum { depth, alpha, length, count };
  static constexpr int flops = 44;

  static void fill(const Coefficients& pair, double* p) {
    p[depth] = pair.depth;
    p[alpha] = pair.alpha;
    p[length] = pair.length;
  }
  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static PairValue<V> value(const V* p, const V&, const V& r, const V& inverse) {
    const V decay = simd::exponential(V(p[alpha] * (p[length] - r)));
    return {p[depth] * decay * (decay - 2.0), 2.0 * p[depth] * p[alpha] * decay * (decay - 1.0) * inverse};
  }
};

/// strength exp(-kappa r)/r (Yukawa 1935): charges in a plasma or an electrolyte.
struct YukawaCoefficients {
  double strength = 0.0, kappa = 0.0, cutoff = 0.0, smoothing = 0.0;
};
struct Yukawa {
  using Coefficients = YukawaCoefficients;
  enum { strength, kappa, count };
  static constexpr int flops = 42;

  static void fill(const Coefficients& pair, double* p) {
    p[strength] = pair.strength;
    p[kappa] = pair.kappa;
  }
  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION static PairValue<V> value(const V* p, const V&, const V& r, const V& inverse) {
    const V u = p[strength] * simd::exponential(V(-p[kappa] * r)) * inverse;
    return {u, u * (inverse + p[kappa]) * inverse};
  }
};

}  // namespace tessera::sim
