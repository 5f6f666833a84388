// Rows of columns that one call of a kernel goes through: on processors many, for the sake of vectors.
#pragma once

#include "base/simd.hpp"

namespace tessera::sim::particles {

inline constexpr int rows_at_once = device_is_host ? 64 : 1;

/// Numbers of a group of rows, coordinate by coordinate.
template <int room>
struct Rows {
  alignas(64) double of[room][rows_at_once];
};

/// 0 behind the `count` rows from `first` on.
template <int room>
KOKKOS_INLINE_FUNCTION void load_rows(const Array2<double>& column, int first, int count, int d, Rows<room>& rows) {
  for (int c = 0; c < d; ++c) {
    for (int n = 0; n < count; ++n) rows.of[c][n] = column(first + n, c);
    for (int n = count; n < rows_at_once; ++n) rows.of[c][n] = 0.0;
  }
}

template <int room>
KOKKOS_INLINE_FUNCTION void store_rows(const Rows<room>& rows, int first, int count, int d,
                                       const Array2<double>& column) {
  for (int c = 0; c < d; ++c)
    for (int n = 0; n < count; ++n) column(first + n, c) = rows.of[c][n];
}

/// Of the potential, a vector of particles at a time.
template <int room, class Potential>
KOKKOS_INLINE_FUNCTION void add_forces(const Potential& potential, const Rows<room>& x, int d, Rows<room>& f) {
  static_assert(rows_at_once % simd::width == 0);
  for (int n = 0; n < rows_at_once; n += simd::width) {
    simd::Pack place[room < 2 ? 2 : room], force[room < 2 ? 2 : room];  // 2: a potential may be of a plane alone
    for (int c = 0; c < d; ++c) {
      place[c] = simd::load(&x.of[c][n]);
      force[c] = simd::load(&f.of[c][n]);
    }
    potential.add_force(place, d, force);
    for (int c = 0; c < d; ++c) simd::store(&f.of[c][n], force[c]);
  }
}

}  // namespace tessera::sim::particles
