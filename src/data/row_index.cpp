#include "data/row_index.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/region.hpp"

namespace tessera::data {

namespace {

void insert_rows(const RowIndex& index, int begin, int end) {
  const auto mask = static_cast<std::int64_t>(index.first.extent(0)) - 1;
  Kokkos::parallel_for(
      "data/index_rows", Range(begin, std::max(begin, end)), KOKKOS_LAMBDA(int row) {
        index.next(row) = Kokkos::atomic_exchange(&index.first(index.id(row, 0) & mask), row);
      });
}

}  // namespace

RowIndex make_row_index(const Particles& particles, const Halo& halo) {
  const Region region("data/index_rows");
  const int owned = particles.num_owned();
  const auto rows = static_cast<std::size_t>(std::max(particles.num_rows(), 1));
  RowIndex index{make_uninitialized<Array2<std::int64_t>>("ids of rows", rows, std::size_t{1}),
                 make_uninitialized<Array1<int>>("first rows", std::bit_ceil(rows)),
                 make_uninitialized<Array1<int>>("next rows", rows)};
  const auto range = std::make_pair(0, owned);
  Kokkos::deep_copy(Kokkos::subview(index.id, range, 0), Kokkos::subview(particles.get<std::int64_t>("id"), range, 0));
  halo.forward(index.id);
  Kokkos::deep_copy(index.first, -1);
  // Owned rows last: they come first in their chains.
  insert_rows(index, particles.halo_begin(), particles.halo_begin() + particles.num_halo());
  insert_rows(index, 0, owned);
  return index;
}

}  // namespace tessera::data
