// Functions on even grids: piecewise cubics, looked up for a register of arguments at once.
#pragma once

#include <vector>

#include "base/simd.hpp"

namespace tessera::sim::md {

/// Coefficients c0..c3 of each interval, g = c0 + p (c1 + p (c2 + p c3)) for p in [0, 1], of the cubic Hermite
/// interpolation with slopes from five nodes, ((g[m-2] - g[m+2]) + 8 (g[m+1] - g[m-1])) / 12, from three next to the
/// ends and from two at the ends: the one that tables of the embedded atom method are made for (LAMMPS, DYNAMO).
/// At least five values.
std::vector<double> hermite_coefficients(const std::vector<double>& values);

/// Interval of each lane and the place p in it; beyond the last interval its end.
struct CubicPlace {
  int interval[simd::width];
  simd::Pack p;
};

/// Whole numbers within the range of int, as such.
KOKKOS_FORCEINLINE_FUNCTION void to_integers(const simd::Pack& whole, int (&integers)[simd::width]) {
#ifdef TESSERA_SIMD_SCALAR
  integers[0] = static_cast<int>(whole);
#else
#ifdef __AVX2__
  if constexpr (simd::width == 4) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(integers), _mm256_cvttpd_epi32(static_cast<__m256d>(whole)));
    return;
  }
#endif
  for (int n = 0; n < simd::width; ++n) integers[n] = static_cast<int>(whole[static_cast<std::size_t>(n)]);
#endif
}

KOKKOS_FORCEINLINE_FUNCTION void find_place(const simd::Pack& scaled, double last, CubicPlace& place) {
#ifdef TESSERA_SIMD_SCALAR
  const double cell = scaled < last ? kmath::floor(scaled) : last;
  const double p = scaled - cell;
  place.p = p < 1.0 ? p : 1.0;
#else
  const simd::Pack cell = std::experimental::min(std::experimental::floor(scaled), simd::Pack(last));
  place.p = std::experimental::min(scaled - cell, simd::Pack(1.0));
#endif
  to_integers(cell, place.interval);
}

/// c[k] = table[offset[lane] + k]: four numbers that lie together, aligned to as many.
KOKKOS_FORCEINLINE_FUNCTION void load_four(const double* table, const int* offset, simd::Pack (&c)[4]) {
#if defined(__AVX2__) && !defined(TESSERA_SIMD_SCALAR)
  if constexpr (simd::width == 4) {
    const auto halves = [&](int one, int two, int k) {
      return _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_load_pd(table + offset[one] + k)),
                                  _mm_load_pd(table + offset[two] + k), 1);
    };
    for (int k = 0; k < 4; k += 2) {
      const __m256d even = halves(0, 2, k), odd = halves(1, 3, k);
      c[k] = simd::Pack(_mm256_unpacklo_pd(even, odd));
      c[k + 1] = simd::Pack(_mm256_unpackhi_pd(even, odd));
    }
    return;
  }
#endif
  for (int k = 0; k < 4; ++k) c[k] = simd::gather(table + k, offset);
}

}  // namespace tessera::sim::md
