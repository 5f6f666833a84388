#include "sim/density/held_out.hpp"

#include "base/random.hpp"

namespace tessera::sim::density {

namespace {

constexpr std::uint16_t replica = 1;  // another stream than that of the samples

Array1<std::uint64_t> keys_of(const Random& random, const data::RowArray<std::int64_t>& id, std::int64_t first,
                              std::int64_t rows) {
  const Array1<std::uint64_t> keys("density/keys", static_cast<std::size_t>(rows));
  Kokkos::parallel_for(
      "density/keys", Range(0, static_cast<int>(rows)), KOKKOS_LAMBDA(int row) {
        const auto words = random.block(static_cast<std::uint64_t>(id(first + row, 0)), 0, 0);
        keys(row) = (static_cast<std::uint64_t>(words.v[0]) << 32) | words.v[1];
      });
  return keys;
}

std::int64_t count_up_to(const Array1<std::uint64_t>& keys, std::uint64_t limit) {
  std::int64_t total = 0;
  Kokkos::parallel_reduce(
      "density/count_keys", Range(0, static_cast<int>(keys.extent(0))),
      KOKKOS_LAMBDA(int row, std::int64_t& sum) { sum += keys(row) <= limit ? 1 : 0; }, total);
  return total;
}

void mark(const Array1<std::uint64_t>& keys, std::uint64_t limit, const data::RowArray<std::int64_t>& column,
          std::int64_t first) {
  Kokkos::parallel_for(
      "density/hold_out", Range(0, static_cast<int>(keys.extent(0))),
      KOKKOS_LAMBDA(int row) { column(first + row, 0) = keys(row) <= limit ? 1 : 0; });
}

}  // namespace

void mark_held_out(std::uint32_t seed, data::Table& table, std::int64_t first, std::int64_t count) {
  const auto keys = keys_of(Random(seed, RandomPurpose::density_sample, replica), table.get<std::int64_t>("id"), first,
                            table.num_rows() - first);
  std::uint64_t low = 0, high = ~std::uint64_t{0};  // the count-th smallest key is in [low, high]
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (table.comm().all_reduce(count_up_to(keys, middle), Op::sum) >= count)
      high = middle;
    else
      low = middle + 1;
  }
  mark(keys, low, table.get<std::int64_t>("held_out"), first);
}

}  // namespace tessera::sim::density
