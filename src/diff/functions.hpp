// Functions of one number, float or double, and their derivatives for kernels: without branches or calls, so that loops
// over them vectorise.
#pragma once

#include "math/exponential.hpp"

namespace tessera::diff::functions {

using math::Exp;
using math::exponential;
using math::Format;

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
