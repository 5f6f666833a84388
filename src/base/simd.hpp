// Vector registers of doubles for kernels: std::experimental::simd on processors, one plain double on devices.
#pragma once

#include <cmath>

#include "base/kokkos.hpp"

#if defined(__CUDACC__) || defined(__HIPCC__) || defined(KOKKOS_ENABLE_CUDA) || defined(KOKKOS_ENABLE_HIP)
#define TESSERA_SIMD_SCALAR 1
#else
#include <experimental/simd>
#endif
#if defined(__AVX512F__) && defined(__AVX512VL__) && !defined(TESSERA_SIMD_SCALAR)
#define TESSERA_SIMD_AVX512 1
#endif
#if defined(__AVX2__) && !defined(TESSERA_SIMD_SCALAR)
#include <immintrin.h>
#endif

namespace tessera::simd {

#ifdef TESSERA_SIMD_SCALAR

inline constexpr int width = 1;
using Pack = double;
using Mask = bool;

KOKKOS_FORCEINLINE_FUNCTION Pack load(const double* p) { return *p; }
KOKKOS_FORCEINLINE_FUNCTION void store(double* p, const Pack& x) { *p = x; }
KOKKOS_FORCEINLINE_FUNCTION Pack load_any(const double* p) { return *p; }
KOKKOS_FORCEINLINE_FUNCTION void store_any(double* p, const Pack& x) { *p = x; }
inline constexpr int row_length = 1;
KOKKOS_FORCEINLINE_FUNCTION Pack gather(const double* table, const int* index) { return table[*index]; }
KOKKOS_FORCEINLINE_FUNCTION Pack gather_row(const double* row, const int* index) { return row[*index]; }
KOKKOS_FORCEINLINE_FUNCTION Pack zero_unless(const Mask& keep, const Pack& x) { return keep ? x : 0.0; }
KOKKOS_FORCEINLINE_FUNCTION Pack reciprocal(const Pack& x) { return 1.0 / x; }
KOKKOS_FORCEINLINE_FUNCTION Pack root(const Pack& x) { return kmath::sqrt(x); }
KOKKOS_FORCEINLINE_FUNCTION Pack larger(const Pack& a, const Pack& b) { return a > b ? a : b; }
KOKKOS_FORCEINLINE_FUNCTION double sum(const Pack& x) { return x; }
KOKKOS_FORCEINLINE_FUNCTION unsigned less_bits(const Pack& a, const Pack& b) { return a < b ? 1U : 0U; }
KOKKOS_FORCEINLINE_FUNCTION Mask lanes_of(unsigned bits) { return (bits & 1U) != 0; }
KOKKOS_FORCEINLINE_FUNCTION Pack lane_number() { return 0.0; }
KOKKOS_FORCEINLINE_FUNCTION Pack exponential(const Pack& x) { return kmath::exp(x); }

#else

using Pack = std::experimental::native_simd<double>;
using Mask = Pack::mask_type;
inline constexpr int width = static_cast<int>(Pack::size());
#ifdef TESSERA_SIMD_AVX512
/// For intrinsics with a mask that need none: those without make GCC 12 warn of its own headers.
inline constexpr __mmask8 all_lanes = 0xff;
#endif

/// From memory aligned to a whole vector.
KOKKOS_FORCEINLINE_FUNCTION Pack load(const double* p) { return Pack(p, std::experimental::vector_aligned); }
KOKKOS_FORCEINLINE_FUNCTION void store(double* p, const Pack& x) { x.copy_to(p, std::experimental::vector_aligned); }
/// From memory that begins anywhere.
KOKKOS_FORCEINLINE_FUNCTION Pack load_any(const double* p) { return Pack(p, std::experimental::element_aligned); }
KOKKOS_FORCEINLINE_FUNCTION void store_any(double* p, const Pack& x) {
  x.copy_to(p, std::experimental::element_aligned);
}

/// table[index[lane]]
KOKKOS_FORCEINLINE_FUNCTION Pack gather(const double* table, const int* index) {
#ifdef TESSERA_SIMD_AVX512
  return Pack(_mm512_i32gather_pd(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(index)), table, 8));
#else
  return Pack([&](auto lane) { return table[index[lane]]; });
#endif
}

/// gather() from a row of at most row_length numbers, aligned to a whole vector: a fifth of its time with AVX-512.
#ifdef TESSERA_SIMD_AVX512
inline constexpr int row_length = 8;
KOKKOS_FORCEINLINE_FUNCTION Pack gather_row(const double* row, const int* index) {
  const __m512i lanes =
      _mm512_maskz_cvtepi32_epi64(all_lanes, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(index)));
  return Pack(_mm512_maskz_permutexvar_pd(all_lanes, lanes, _mm512_load_pd(row)));
}
#else
inline constexpr int row_length = width;
KOKKOS_FORCEINLINE_FUNCTION Pack gather_row(const double* row, const int* index) { return gather(row, index); }
#endif

KOKKOS_FORCEINLINE_FUNCTION Pack zero_unless(const Mask& keep, Pack x) {
#ifdef TESSERA_SIMD_AVX512
  // Merges with the operation that made x; the library's way takes three more instructions.
  const auto bits = static_cast<__mmask8>(std::experimental::__data(keep));
  return Pack(_mm512_maskz_mov_pd(bits, static_cast<__m512d>(x)));
#else
#ifdef __AVX2__
  // The library's way inverts the mask first.
  if constexpr (width == 4)
    return Pack(
        _mm256_and_pd(reinterpret_cast<__m256d>(std::experimental::__data(keep)._M_data), static_cast<__m256d>(x)));
#endif
  std::experimental::where(!keep, x) = 0.0;
  return x;
#endif
}

/// 1/x to the last bit or two. With AVX-512 a 14-bit estimate and two Newton steps: a third of the divider's time.
KOKKOS_FORCEINLINE_FUNCTION Pack reciprocal(const Pack& x) {
#ifdef TESSERA_SIMD_AVX512
  const auto v = static_cast<__m512d>(x);
  const __m512d one = _mm512_set1_pd(1.0);
  __m512d y = _mm512_maskz_rcp14_pd(all_lanes, v);
  y = _mm512_fmadd_pd(y, _mm512_fnmadd_pd(v, y, one), y);
  y = _mm512_fmadd_pd(y, _mm512_fnmadd_pd(v, y, one), y);
  return Pack(y);
#else
  return 1.0 / x;
#endif
}

KOKKOS_FORCEINLINE_FUNCTION double reciprocal(const double& x) { return 1.0 / x; }
KOKKOS_FORCEINLINE_FUNCTION double root(const double& x) { return kmath::sqrt(x); }
KOKKOS_FORCEINLINE_FUNCTION Pack root(const Pack& x) { return std::experimental::sqrt(x); }
KOKKOS_FORCEINLINE_FUNCTION Pack larger(const Pack& a, const Pack& b) {
#ifdef TESSERA_SIMD_AVX512
  return Pack(_mm512_maskz_max_pd(all_lanes, static_cast<__m512d>(a), static_cast<__m512d>(b)));
#else
  return std::experimental::max(a, b);
#endif
}
KOKKOS_FORCEINLINE_FUNCTION double sum(const Pack& x) { return std::experimental::reduce(x); }

/// Bit n is set where a[n] < b[n].
KOKKOS_FORCEINLINE_FUNCTION unsigned less_bits(const Pack& a, const Pack& b) {
#ifdef TESSERA_SIMD_AVX512
  return _mm512_cmp_pd_mask(static_cast<__m512d>(a), static_cast<__m512d>(b), _CMP_LT_OQ);
#else
#ifdef __AVX2__
  if constexpr (width == 4) {
    const __m256d less = _mm256_cmp_pd(static_cast<__m256d>(a), static_cast<__m256d>(b), _CMP_LT_OQ);
    return static_cast<unsigned>(_mm256_movemask_pd(less));
  }
#endif
  const Mask mask = a < b;
  unsigned bits = 0;
  for (int n = 0; n < width; ++n) bits |= (mask[static_cast<std::size_t>(n)] ? 1U : 0U) << n;
  return bits;
#endif
}

#ifndef TESSERA_SIMD_AVX512
/// A one in each lane whose bit is set, for all sets of lanes.
struct alignas(64) LaneTable {
  static constexpr unsigned rows = 1U << width;
  double one[rows][width] = {};
  constexpr LaneTable() {
    for (unsigned bits = 0; bits < rows; ++bits)
      for (int lane = 0; lane < width; ++lane) one[bits][lane] = static_cast<double>((bits >> lane) & 1U);
  }
};
inline constexpr LaneTable lane_table;
#endif

/// The lanes whose bits are set.
KOKKOS_FORCEINLINE_FUNCTION Mask lanes_of(unsigned bits) {
#ifdef TESSERA_SIMD_AVX512
  return Pack(_mm512_maskz_mov_pd(static_cast<__mmask8>(bits), _mm512_set1_pd(1.0))) > Pack(0.0);
#else
  return load(lane_table.one[bits % LaneTable::rows]) > Pack(0.0);
#endif
}

KOKKOS_FORCEINLINE_FUNCTION double exponential(const double& x) { return kmath::exp(x); }
/// exp(x) of x < 700, to the last bit or two; a number below 1e-304 where x < -700.
KOKKOS_FORCEINLINE_FUNCTION Pack exponential(const Pack& x) {
  // x = n ln 2 + rest, |rest| < 0.35, ln 2 in two parts of which the first has few bits.
  const Pack y = larger(x, Pack(-700.0));
  const Pack n = std::experimental::floor(y * 1.4426950408889634 + 0.5);
  const Pack rest = (y - n * 0x1.62e42fee00000p-1) - n * 0x1.a39ef35793c76p-33;
  // Taylor's series: the next term is below 1e-17.
  constexpr int degree = 13;
  Pack sum = 1.0;
  for (int k = degree; k > 0; --k) sum = 1.0 + sum * rest * (1.0 / k);
#ifdef TESSERA_SIMD_AVX512
  return Pack(_mm512_maskz_scalef_pd(all_lanes, static_cast<__m512d>(sum), static_cast<__m512d>(n)));
#elif defined(__AVX2__)
  // 2^n from its bits: adding 1.5 * 2^52 leaves the whole number n + 1023 in the lowest ones.
  const auto biased = static_cast<__m256d>(Pack(n + (1023.0 + 0x1.8p52)));
  return sum * Pack(_mm256_castsi256_pd(_mm256_slli_epi64(_mm256_castpd_si256(biased), 52)));
#else
  return Pack([&](auto lane) { return std::ldexp(sum[lane], static_cast<int>(n[lane])); });
#endif
}

/// 0, 1, 2...
KOKKOS_FORCEINLINE_FUNCTION Pack lane_number() {
  return Pack([](auto n) { return static_cast<double>(n); });
}

#endif

}  // namespace tessera::simd
