// The neighbours of one particle that lie within the cutoff now, packed side by side: lists of clusters hold twice as
// many, and potentials of many bodies cost far more a neighbour than the test that drops the others.
#pragma once

#include "base/simd.hpp"
#include "data/cluster_pairs.hpp"

namespace tessera::sim::md {

inline constexpr int pack_width = simd::width;

/// As many as there is room for; behind the last one stands whatever was there.
struct CloseNeighbours {
  static constexpr int room = pack_width > 1 ? 64 : 32;
  static constexpr int size = room + pack_width;    // for what fills the last register up
  alignas(64) double dx[size], dy[size], dz[size];  ///< x_i - x_j
  alignas(64) double r2[size];
  alignas(64) int row[size];
  int count = 0;
};

#if defined(__AVX2__) && !defined(TESSERA_SIMD_AVX512) && !defined(TESSERA_SIMD_SCALAR)
#define TESSERA_CLOSE_AVX2 1
/// Halves of doubles to the front, for each set of lanes that is kept.
struct CompressOrder {
  int halves[16][8] = {};
  int rows[16][4] = {};
  int counts[16] = {};
};
constexpr CompressOrder make_compress_order() {
  CompressOrder order;
  for (int bits = 0; bits < 16; ++bits)
    for (int lane = 0; lane < 4; ++lane) {
      if (((bits >> lane) & 1) == 0) continue;
      const int place = order.counts[bits]++;
      order.halves[bits][2 * place] = 2 * lane;
      order.halves[bits][2 * place + 1] = 2 * lane + 1;
      order.rows[bits][place] = lane;
    }
  return order;
}
alignas(32) inline constexpr CompressOrder compress_order = make_compress_order();
#endif

/// Lanes of a cluster whose bits are set, to the end of `out`, which has room for a whole cluster. Vectors: with dx, dy
/// and dz, otherwise r2 alone.
template <bool Vectors>
KOKKOS_FORCEINLINE_FUNCTION void append_lanes(unsigned bits, int first_row, const simd::Pack& dx, const simd::Pack& dy,
                                              const simd::Pack& dz, const simd::Pack& r2, CloseNeighbours& out) {
  const int at = out.count;
#if defined(TESSERA_CLOSE_AVX2)
  const __m256i order = _mm256_load_si256(reinterpret_cast<const __m256i*>(compress_order.halves[bits]));
  const auto put = [&](double* to, const simd::Pack& x) {
    const __m256i halves = _mm256_castpd_si256(static_cast<__m256d>(x));
    _mm256_storeu_pd(to, _mm256_castsi256_pd(_mm256_permutevar8x32_epi32(halves, order)));
  };
  if constexpr (Vectors) {
    put(out.dx + at, dx);
    put(out.dy + at, dy);
    put(out.dz + at, dz);
  }
  put(out.r2 + at, r2);
  const __m128i lanes = _mm_load_si128(reinterpret_cast<const __m128i*>(compress_order.rows[bits]));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out.row + at), _mm_add_epi32(lanes, _mm_set1_epi32(first_row)));
  out.count = at + compress_order.counts[bits];
#elif defined(TESSERA_SIMD_AVX512)
  const auto keep = static_cast<__mmask8>(bits);
  const auto put = [&](double* to, const simd::Pack& x) {
    _mm512_storeu_pd(to, _mm512_maskz_compress_pd(keep, static_cast<__m512d>(x)));
  };
  if constexpr (Vectors) {
    put(out.dx + at, dx);
    put(out.dy + at, dy);
    put(out.dz + at, dz);
  }
  put(out.r2 + at, r2);
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const __m256i rows = _mm256_add_epi32(lanes, _mm256_set1_epi32(first_row));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out.row + at), _mm256_maskz_compress_epi32(keep, rows));
  out.count = at + __builtin_popcount(bits);
#else
  alignas(64) double values[4][pack_width];
  simd::store(values[0], dx);
  simd::store(values[1], dy);
  simd::store(values[2], dz);
  simd::store(values[3], r2);
  int n = at;
  for (int lane = 0; lane < pack_width; ++lane) {
    out.dx[n] = values[0][lane];
    out.dy[n] = values[1][lane];
    out.dz[n] = values[2][lane];
    out.r2[n] = values[3][lane];
    out.row[n] = first_row + lane;
    n += static_cast<int>((bits >> lane) & 1U);
    if (n == CloseNeighbours::room) break;
  }
  out.count = n;
#endif
}

/// The lists of one rank.
struct CloseSearch {
  Array2<double> position;
  data::ClusterLists list;
  double cutoff2;

  /// Neighbours of particle i from entry `at` of its list up to `end` (num_total at most), until the room is full.
  /// Returns the entry to go on with. later_only: within i's own cluster those behind it, so that pairs occur once.
  /// Vectors: r2 alone does not tell the direction, but takes less time.
  template <bool Vectors = true>
  KOKKOS_FORCEINLINE_FUNCTION int find(int i, int at, int end, bool later_only, CloseNeighbours& out) const {
    const int* clusters = list.cluster.data() + list.begin(i);
    const std::size_t stride = position.extent(0);
    const double* here = position.data() + i;
    const simd::Pack x = here[0], y = here[stride], z = here[2 * stride], limit = cutoff2;
    const int home = i / pack_width, lane = i % pack_width;
    const unsigned others = ~(later_only ? (2U << lane) - 1U : 1U << lane);
    out.count = 0;
    int n = at;
    for (; n < end && out.count <= CloseNeighbours::room - pack_width; ++n) {
      const int first = clusters[n] * pack_width;
      const double* there = position.data() + first;
      const simd::Pack dx = x - simd::load(there), dy = y - simd::load(there + stride),
                       dz = z - simd::load(there + 2 * stride);
      const simd::Pack r2 = dx * dx + dy * dy + dz * dz;
      const unsigned inside = simd::less_bits(r2, limit);
      append_lanes<Vectors>(clusters[n] == home ? inside & others : inside, first, dx, dy, dz, r2, out);
    }
    return n;
  }
};

/// Adds the lanes of a register to rows of a column; those behind the last neighbour must be zero, and go to row i.
KOKKOS_FORCEINLINE_FUNCTION void add_to_rows(double* column, const int* row, const simd::Pack& x) {
  alignas(64) double value[pack_width];
  simd::store(value, x);
  for (int n = 0; n < pack_width; ++n) column[row[n]] += value[n];
}

/// 1 in the first `count` lanes.
KOKKOS_FORCEINLINE_FUNCTION simd::Mask first_lanes(int count) {
  return simd::lane_number() < simd::Pack(static_cast<double>(count));
}

/// Numbers that fill the last register, so that it can be worked on whole: the distance of the cutoff, the row of i.
KOKKOS_FORCEINLINE_FUNCTION void fill_up(CloseNeighbours& out, int i, double r2) {
  const simd::Pack zero = 0.0, distance = r2;
  simd::store_any(out.dx + out.count, zero);
  simd::store_any(out.dy + out.count, zero);
  simd::store_any(out.dz + out.count, zero);
  simd::store_any(out.r2 + out.count, distance);
  for (int n = 0; n < pack_width; ++n) out.row[out.count + n] = i;
}

}  // namespace tessera::sim::md
