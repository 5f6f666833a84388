// Functions of one number, float or double, and their derivatives for kernels: without branches or calls, so that loops
// over them vectorise.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

#include "base/kokkos.hpp"

namespace tessera::diff::functions {

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

struct Exp {
  template <class Real>
  KOKKOS_FORCEINLINE_FUNCTION Real operator()(Real x) const {
    constexpr Real infinity = std::numeric_limits<Real>::infinity();
    const auto e = exponential(x);
    const Real value = e.scale + e.scale * e.rest;
    return x > Format<Real>::highest ? infinity : x < Format<Real>::lowest ? Real(0) : value;
  }
};

/// 1/(1 + exp(-x)), and its derivatives in e = exp(-|x|), which keep their relative accuracy far out.
template <int Order>
struct Sigmoid {
  template <class Real>
  KOKKOS_FORCEINLINE_FUNCTION Real operator()(Real x) const {
    const auto parts = exponential(x < 0 ? x : -x);
    const Real e = parts.scale + parts.scale * parts.rest;
    const Real q = 1 / (1 + e);
    if constexpr (Order == 0) return (x < 0 ? e : Real(1)) * q;
    const Real first = e * q * q;
    const Real slope = (1 - e) * q;  // 2 sigmoid(|x|) - 1
    if constexpr (Order == 2) return (x < 0 ? first : -first) * slope;
    if constexpr (Order == 3) return first * (1 - 6 * first);
    return first;
  }
};

/// tanh(x) = 2 sigmoid(2 x) - 1
template <int Order>
struct Tanh {
  template <class Real>
  KOKKOS_FORCEINLINE_FUNCTION Real operator()(Real x) const {
    if constexpr (Order == 0) {
      constexpr Real farthest = Format<Real>::highest / 2;
      const auto e = exponential(2 * (x > farthest ? farthest : x));
      const Real t = e.scale * e.rest + (e.scale - 1);  // exp(2 x) - 1
      return t / (t + 2);
    } else {
      return static_cast<Real>(2 << Order) * Sigmoid<Order>()(2 * x);
    }
  }
};

/// x sigmoid(x)
template <int Order>
struct Silu {
  template <class Real>
  KOKKOS_FORCEINLINE_FUNCTION Real operator()(Real x) const {
    if constexpr (Order == 0)
      return x * Sigmoid<0>()(x);
    else
      return static_cast<Real>(Order) * Sigmoid<Order - 1>()(x) + x * Sigmoid<Order>()(x);
  }
};

/// log(1 + exp(x)), whose derivative is the sigmoid.
template <int Order>
struct Softplus {
  template <class Real>
  KOKKOS_FORCEINLINE_FUNCTION Real operator()(Real x) const {
    if constexpr (Order == 0) {
      const auto parts = exponential(x < 0 ? x : -x);
      const Real e = parts.scale + parts.scale * parts.rest;
      const Real u = 1 + e;
      const Real bend = u == 1 ? e : kmath::log(u) * (e / (u - 1));  // log(1 + e) to the last places
      return (x > 0 ? x : Real(0)) + bend;
    } else {
      return Sigmoid<Order - 1>()(x);
    }
  }
};

template <int Order>
struct Relu {
  template <class Real>
  KOKKOS_FORCEINLINE_FUNCTION Real operator()(Real x) const {
    if constexpr (Order == 0) return x > 0 ? x : Real(0);
    return x > 0 ? Real(1) : Real(0);
  }
};

struct Log {
  template <class Real>
  KOKKOS_FORCEINLINE_FUNCTION Real operator()(Real x) const {
    return kmath::log(x);
  }
};
struct Sin {
  template <class Real>
  KOKKOS_FORCEINLINE_FUNCTION Real operator()(Real x) const {
    return kmath::sin(x);
  }
};
struct Cos {
  template <class Real>
  KOKKOS_FORCEINLINE_FUNCTION Real operator()(Real x) const {
    return kmath::cos(x);
  }
};
struct Reciprocal {
  template <class Real>
  KOKKOS_FORCEINLINE_FUNCTION Real operator()(Real x) const {
    return 1 / x;
  }
};
struct Sqrt {
  template <class Real>
  KOKKOS_FORCEINLINE_FUNCTION Real operator()(Real x) const {
    return kmath::sqrt(x);
  }
};

}  // namespace tessera::diff::functions
