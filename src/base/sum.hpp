// Sums whose result does not depend on order beyond ~1e-30: double-double accumulation (Knuth's and Dekker's two-sum),
// so that energies and moments agree on any number of ranks and threads.
#pragma once

#include "base/comm.hpp"
#include "base/kokkos.hpp"

namespace tessera {

/// The number as it would be stored. Compilers fuse the product that it may come from with a sum behind it, which then
/// sees another number than the next operation does: errors could not be told, and sums would depend on where they are
/// cut.
KOKKOS_FORCEINLINE_FUNCTION double as_stored(double value) {
#if defined(__CUDA_ARCH__) || defined(__HIP_DEVICE_COMPILE__)
  return __dadd_rn(value, -0.0);  // never fused
#elif defined(__GNUC__) && defined(__x86_64__)
  asm("" : "+x"(value));
  return value;
#elif defined(__GNUC__) && defined(__aarch64__)
  asm("" : "+w"(value));
  return value;
#else
  volatile double stored = value;
  return stored;
#endif
}

/// Unevaluated sum high + low.
struct ExactSum {
  double high = 0.0;
  double low = 0.0;

  KOKKOS_INLINE_FUNCTION void add(double number) {
    const double value = as_stored(number);
    const double sum = high + value;
    const double part = sum - high;
    low += (high - (sum - part)) + (value - part);
    high = sum;
  }
  KOKKOS_INLINE_FUNCTION ExactSum& operator+=(const ExactSum& other) {
    low += other.low;  // before the rounding error of the high parts: then a += b and b += a agree to the last bit
    add(other.high);
    return *this;
  }
  KOKKOS_INLINE_FUNCTION double value() const { return high + low; }
};

/// Several of them, for one reduction.
template <int N>
struct ExactSums {
  ExactSum part[N];
  KOKKOS_INLINE_FUNCTION ExactSums& operator+=(const ExactSums& other) {
    for (int n = 0; n < N; ++n) part[n] += other.part[n];
    return *this;
  }
};

/// Collective. Sums over ranks in double-double.
void all_reduce(const Comm& comm, ExactSum* sums, int count);

}  // namespace tessera

template <>
struct Kokkos::reduction_identity<tessera::ExactSum> {
  KOKKOS_FORCEINLINE_FUNCTION static tessera::ExactSum sum() { return {}; }
};
template <int N>
struct Kokkos::reduction_identity<tessera::ExactSums<N>> {
  KOKKOS_FORCEINLINE_FUNCTION static tessera::ExactSums<N> sum() { return {}; }
};
