// Exponentials of float and double for kernels: without branches or calls, so that loops over them vectorise.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "base/kokkos.hpp"

namespace tessera::math {

/// What exponentials of a kind of number are made of: those of x in [lowest, highest] can be written down.
template <class Real>
struct Format;

template <>
struct Format<double> {
  using Bits = std::int64_t;
  static constexpr double magic =
      6755399441055744.0;  // 1.5 2^52: adding it leaves the nearest integer in the last bits
  static constexpr double log2_high = 6.93147180369123816490e-01, log2_low = 1.90821492927058770002e-10;
  static constexpr double lowest = -708.0, highest = 709.0;
  static constexpr Bits bias = 1023, fraction_bits = 52;
};

template <>
struct Format<float> {
  using Bits = std::int32_t;
  static constexpr float magic = 12582912.0F;  // 1.5 2^23
  static constexpr float log2_high = 0.693359375F, log2_low = -2.12194440e-4F;
  static constexpr float lowest = -87.0F, highest = 88.0F;
  static constexpr Bits bias = 127, fraction_bits = 23;
};

/// exp(x) = scale (1 + rest), scale a power of two.
template <class Real>
struct Exponential {
  Real scale, rest;
};

/// (exp(r) - 1 - r)/r^2 for |r| < log(2)/2, by Taylor's series.
KOKKOS_FORCEINLINE_FUNCTION double exponential_bend(double r) {
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  return p * r + 0.5;
}

KOKKOS_FORCEINLINE_FUNCTION float exponential_bend(float r) {
  float p = 1.0F / 5040.0F;
  p = p * r + 1.0F / 720.0F;
  p = p * r + 1.0F / 120.0F;
  p = p * r + 1.0F / 24.0F;
  p = p * r + 1.0F / 6.0F;
  return p * r + 0.5F;
}

/// For x in [lowest, highest], others are moved there. Cody and Waite 1980: rest is good to a unit or two in the last
/// place, also where it is small.
template <class Real>
KOKKOS_FORCEINLINE_FUNCTION Exponential<Real> exponential(Real x) {
  using F = Format<Real>;
  using Bits = typename F::Bits;
  constexpr Real magic = F::magic;
  x = x < F::lowest ? F::lowest : x;
  x = x > F::highest ? F::highest : x;
  const Real shifted = x * static_cast<Real>(1.44269504088896340736) + magic;
  const Real n = shifted - magic;
  const Real r = (x - n * F::log2_high) - n * F::log2_low;
  Bits bits, base;
  std::memcpy(&bits, &shifted, sizeof(bits));
  std::memcpy(&base, &magic, sizeof(base));
  bits = (bits - base + F::bias) << F::fraction_bits;
  Real scale;
  std::memcpy(&scale, &bits, sizeof(scale));
  return {scale, r + r * r * exponential_bend(r)};
}

/// exp(x), to a unit or two in the last place; 0 where it would be smaller than what is written with all digits.
struct Exp {
  template <class Real>
  KOKKOS_FORCEINLINE_FUNCTION Real operator()(Real x) const {
    constexpr auto infinity = static_cast<Real>(HUGE_VAL);
    const auto e = exponential(x);
    const Real value = e.scale + e.scale * e.rest;
    return x > Format<Real>::highest ? infinity : x < Format<Real>::lowest ? Real(0) : value;
  }
};

}  // namespace tessera::math
