// Internal: loops over plain arrays, short ones many times.
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/ivdep.hpp"
#include "base/kokkos.hpp"

namespace tessera::diff {

#ifdef KOKKOS_ENABLE_SERIAL
inline constexpr bool device_is_serial = std::is_same_v<ExecSpace, Kokkos::Serial>;
#else
inline constexpr bool device_is_serial = false;
#endif

/// work(0) ... work(count - 1) in any order, none of which reads what another one writes. On one thread a plain loop:
/// dispatching one of a few hundred numbers costs more than the numbers.
template <class Work>
void for_each(const char* label, std::int64_t count, const Work& work) {
  if constexpr (device_is_serial) {
    TESSERA_IVDEP
    for (std::int64_t n = 0; n < count; ++n) work(n);
    return;
  }
  Kokkos::parallel_for(label, Range(0, count), work);
}

/// The same for work(row, column), columns in one piece: nothing is divided for each number on one thread.
template <class Work>
void for_each_in_columns(const char* label, std::int64_t rows, std::int64_t columns, const Work& work) {
  if constexpr (device_is_serial) {
    for (std::int64_t column = 0; column < columns; ++column) {
      TESSERA_IVDEP
      for (std::int64_t row = 0; row < rows; ++row) work(row, column);
    }
    return;
  }
  Kokkos::parallel_for(
      label, Range(0, rows * columns), KOKKOS_LAMBDA(const std::int64_t n) { work(n % rows, n / rows); });
}

}  // namespace tessera::diff
