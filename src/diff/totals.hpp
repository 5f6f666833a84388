// Internal: what adds up over blocks, in double-double, whatever their order.
#pragma once

#include <cstdint>

#include "base/ivdep.hpp"
#include "base/sum.hpp"

namespace tessera::diff {

/// ExactSum::add of `count` numbers, as a loop that vectorises. They are stored ones: see as_stored(). `is_first`:
/// whatever is there does not count.
template <class Real>
KOKKOS_FORCEINLINE_FUNCTION void add_to_totals(double* high, double* low, const Real* numbers, std::int64_t count,
                                               bool is_first) {
  if (is_first) {
    TESSERA_IVDEP
    for (std::int64_t n = 0; n < count; ++n) {
      high[n] = static_cast<double>(numbers[n]);
      low[n] = 0.0;
    }
    return;
  }
  TESSERA_IVDEP
  for (std::int64_t n = 0; n < count; ++n) {
    const double value = static_cast<double>(numbers[n]), before = high[n];
    const double sum = before + value, part = sum - before;
    low[n] += (before - (sum - part)) + (value - part);
    high[n] = sum;
  }
}

/// Sums in two arrays.
struct Totals {
  Totals() = default;
  explicit Totals(std::size_t size) : high("diff/totals_high", size), low("diff/totals_low", size) {}

  /// Whoever adds first writes.
  void clear() { is_clear = true; }
  void fill_with_zeros() const {
    Kokkos::deep_copy(high, 0.0);
    Kokkos::deep_copy(low, 0.0);
  }

  Array1<double> high, low;
  bool is_clear = true;
};

}  // namespace tessera::diff
