#include "learn/client_data/key_order.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "base/traffic.hpp"
#include "data/table.hpp"

namespace tessera::learn::client_data {

namespace {

/// Collective. For each place, the sum over lower ranks.
std::vector<std::int64_t> sums_below(const Comm& comm, const std::vector<std::int64_t>& values) {
  std::vector<std::int64_t> sums(values.size(), 0);
  if (comm.size() == 1) return sums;
  count_collective(static_cast<std::int64_t>(sizeof(std::int64_t) * values.size()));
  check_mpi(MPI_Exscan(values.data(), sums.data(), static_cast<int>(values.size()), MPI_INT64_T, MPI_SUM, comm.mpi()),
            "MPI_Exscan");
  if (comm.is_root()) std::fill(sums.begin(), sums.end(), 0);
  return sums;
}

}  // namespace

KeyOrder order_by_key(const Comm& comm, const std::vector<std::int64_t>& keys, std::int64_t num_keys) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(num_keys), 0);
  for (const auto key : keys)
    if (key >= 0) ++counts[static_cast<std::size_t>(key)];
  auto next = sums_below(comm, counts);
  comm.all_reduce(counts.data(), static_cast<int>(num_keys), Op::sum);
  KeyOrder order{{}, {0}};
  for (std::size_t key = 0; key < counts.size(); ++key) {
    next[key] += order.begin.back();
    order.begin.push_back(order.begin.back() + counts[key]);
  }
  for (const auto key : keys) order.places.push_back(key < 0 ? -1 : next[static_cast<std::size_t>(key)]++);
  return order;
}

std::vector<double> send_in_order(const Comm& comm, const KeyOrder& order, std::size_t words,
                                  const std::function<void(std::size_t, double*)>& pack) {
  const auto ranks = static_cast<std::size_t>(comm.size());
  std::vector<std::int64_t> begin;
  for (int rank = 0; rank <= comm.size(); ++rank)
    begin.push_back(data::first_of_share(order.total(), 1, rank, comm.size()));
  const auto owner = [&](std::int64_t place) {
    return static_cast<std::size_t>(std::upper_bound(begin.begin(), begin.end() - 1, place) - begin.begin()) - 1;
  };
  std::vector<std::size_t> counts(ranks, 0);
  for (const auto place : order.places)
    if (place >= 0) ++counts[owner(place)];
  const std::size_t row_bytes = (1 + words) * sizeof(double);  // its place goes in front
  std::vector<std::vector<std::byte>> parts(ranks);
  for (std::size_t rank = 0; rank < ranks; ++rank) parts[rank].reserve(counts[rank] * row_bytes);
  std::vector<double> numbers(1 + words);
  for (std::size_t row = 0; row < order.places.size(); ++row) {
    if (order.places[row] < 0) continue;
    numbers[0] = static_cast<double>(order.places[row]);
    pack(row, numbers.data() + 1);
    auto& part = parts[owner(order.places[row])];
    const auto* bytes = reinterpret_cast<const std::byte*>(numbers.data());
    part.insert(part.end(), bytes, bytes + row_bytes);
  }
  std::vector<Comm::Message> outgoing;
  for (std::size_t rank = 0; rank < ranks; ++rank)
    if (counts[rank] > 0) outgoing.emplace_back(static_cast<int>(rank), std::move(parts[rank]));
  const auto here = static_cast<std::size_t>(comm.rank());
  std::vector<double> rows(static_cast<std::size_t>(begin[here + 1] - begin[here]) * words);
  for (const auto& [rank, bytes] : comm.sparse_exchange(outgoing))
    for (std::size_t at = 0; at < bytes.size(); at += row_bytes) {
      std::memcpy(numbers.data(), bytes.data() + at, row_bytes);
      const auto place = static_cast<std::size_t>(static_cast<std::int64_t>(numbers[0]) - begin[here]);
      std::copy(numbers.begin() + 1, numbers.end(), rows.begin() + static_cast<std::ptrdiff_t>(place * words));
    }
  return rows;
}

}  // namespace tessera::learn::client_data
