// Copies by their rows, for sums over them that several threads share.
#include "data/halo.hpp"

namespace tessera::data {

HaloRows group_by_row(const Array1<int>& row, int first, int count, int num_rows) {
  const auto rows = static_cast<std::size_t>(num_rows);
  HaloRows result{Array1<int>("halo row begin", rows + 1),
                  make_uninitialized<Array1<int>>("halo row copies", static_cast<std::size_t>(count))};
  const auto begin = result.begin, copy = result.copy;
  Kokkos::parallel_for(
      "data/halo_row_count", Range(0, count),
      KOKKOS_LAMBDA(int k) { Kokkos::atomic_add(&begin(row(first + k) + 1), 1); });
  Kokkos::parallel_scan(
      "data/halo_row_scan", Range(0, num_rows + 1), KOKKOS_LAMBDA(int i, int& total, bool final) {
        total += begin(i);
        if (final) begin(i) = total;
      });
  const auto cursor = make_uninitialized<Array1<int>>("halo row cursor", rows + 1);
  Kokkos::deep_copy(cursor, begin);
  Kokkos::parallel_for(
      "data/halo_row_fill", Range(0, count),
      KOKKOS_LAMBDA(int k) { copy(Kokkos::atomic_fetch_add(&cursor(row(first + k)), 1)) = k; });
  Kokkos::parallel_for(
      "data/halo_row_sort", Range(0, num_rows), KOKKOS_LAMBDA(int i) {
        for (int a = begin(i) + 1; a < begin(i + 1); ++a) {
          const int k = copy(a);
          int b = a;
          for (; b > begin(i) && copy(b - 1) > k; --b) copy(b) = copy(b - 1);
          copy(b) = k;
        }
      });
  return result;
}

}  // namespace tessera::data
