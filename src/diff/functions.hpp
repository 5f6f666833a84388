// Functions of one number and their derivatives for kernels: without branches or calls, so that loops over them
// vectorise.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

#include "base/kokkos.hpp"

namespace tessera::diff::functions {

/// exp(x) = scale (1 + rest), scale a power of two.
struct Exponential {
  double scale, rest;
};

/// For x in [-708, 709], others are moved there. Cody and Waite 1980, with a Taylor series on |r| < log(2)/2: rest is
/// good to a unit or two in the last place, also where it is small.
KOKKOS_FORCEINLINE_FUNCTION Exponential exponential(double x) {
  constexpr double magic = 6755399441055744.0;  // 1.5 2^52: adding it leaves the nearest integer in the lowest bits
  constexpr double log2_high = 6.93147180369123816490e-01, log2_low = 1.90821492927058770002e-10;
  x = x < -708.0 ? -708.0 : x;
  x = x > 709.0 ? 709.0 : x;
  const double shifted = x * 1.44269504088896340736 + magic;
  const double n = shifted - magic;
  const double r = (x - n * log2_high) - n * log2_low;
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
  p = p * r + 0.5;
  std::int64_t bits, base;
  std::memcpy(&bits, &shifted, sizeof(bits));
  std::memcpy(&base, &magic, sizeof(base));
  bits = (bits - base + 1023) << 52;
  double scale;
  std::memcpy(&scale, &bits, sizeof(scale));
  return {scale, r + r * r * p};
}

struct Exp {
  KOKKOS_FORCEINLINE_FUNCTION double operator()(double x) const {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const auto e = exponential(x);
    const double value = e.scale + e.scale * e.rest;
    return x > 709.0 ? infinity : x < -708.0 ? 0.0 : value;
  }
};

/// 1/(1 + exp(-x)), and its derivatives in e = exp(-|x|), which keep their relative accuracy far out.
template <int Order>
struct Sigmoid {
  KOKKOS_FORCEINLINE_FUNCTION double operator()(double x) const {
    const auto parts = exponential(x < 0.0 ? x : -x);
    const double e = parts.scale + parts.scale * parts.rest;
    const double q = 1.0 / (1.0 + e);
    if constexpr (Order == 0) return (x < 0.0 ? e : 1.0) * q;
    const double first = e * q * q;
    const double slope = (1.0 - e) * q;  // 2 sigmoid(|x|) - 1
    if constexpr (Order == 2) return (x < 0.0 ? first : -first) * slope;
    if constexpr (Order == 3) return first * (1.0 - 6.0 * first);
    return first;
  }
};

/// tanh(x) = 2 sigmoid(2 x) - 1
template <int Order>
struct Tanh {
  KOKKOS_FORCEINLINE_FUNCTION double operator()(double x) const {
    if constexpr (Order == 0) {
      const double y = x > 300.0 ? 300.0 : x;
      const auto e = exponential(2.0 * y);
      const double t = e.scale * e.rest + (e.scale - 1.0);  // exp(2 x) - 1
      return t / (t + 2.0);
    } else {
      return static_cast<double>(2 << Order) * Sigmoid<Order>()(2.0 * x);
    }
  }
};

/// x sigmoid(x)
template <int Order>
struct Silu {
  KOKKOS_FORCEINLINE_FUNCTION double operator()(double x) const {
    if constexpr (Order == 0)
      return x * Sigmoid<0>()(x);
    else
      return static_cast<double>(Order) * Sigmoid<Order - 1>()(x) + x * Sigmoid<Order>()(x);
  }
};

/// log(1 + exp(x)), whose derivative is the sigmoid.
template <int Order>
struct Softplus {
  KOKKOS_FORCEINLINE_FUNCTION double operator()(double x) const {
    if constexpr (Order == 0) {
      const auto parts = exponential(x < 0.0 ? x : -x);
      const double e = parts.scale + parts.scale * parts.rest;
      const double u = 1.0 + e;
      const double bend = u == 1.0 ? e : kmath::log(u) * (e / (u - 1.0));  // log(1 + e) to the last places
      return (x > 0.0 ? x : 0.0) + bend;
    } else {
      return Sigmoid<Order - 1>()(x);
    }
  }
};

template <int Order>
struct Relu {
  KOKKOS_FORCEINLINE_FUNCTION double operator()(double x) const {
    if constexpr (Order == 0) return x > 0.0 ? x : 0.0;
    return x > 0.0 ? 1.0 : 0.0;
  }
};

struct Log {
  KOKKOS_FORCEINLINE_FUNCTION double operator()(double x) const { return kmath::log(x); }
};
struct Sin {
  KOKKOS_FORCEINLINE_FUNCTION double operator()(double x) const { return kmath::sin(x); }
};
struct Cos {
  KOKKOS_FORCEINLINE_FUNCTION double operator()(double x) const { return kmath::cos(x); }
};
struct Reciprocal {
  KOKKOS_FORCEINLINE_FUNCTION double operator()(double x) const { return 1.0 / x; }
};
struct Sqrt {
  KOKKOS_FORCEINLINE_FUNCTION double operator()(double x) const { return kmath::sqrt(x); }
};

}  // namespace tessera::diff::functions
