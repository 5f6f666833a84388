// Rows on all ranks, for some of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "base/comm.hpp"
#include "data/table.hpp"

namespace tessera::sim::md {

/// Collective. Rows that lie on all ranks in order (component c of row i of a rank at values[c * its rows + i]) go in
/// nearly equal shares to the ranks [first, end); what comes back is ordered likewise.
template <class T>
std::vector<T> move_rows(const Comm& comm, const std::vector<T>& values, int components, int first, int end) {
  const auto width = static_cast<std::size_t>(components);
  const std::size_t rows = values.size() / width;
  const std::int64_t begin = comm.exclusive_sum(static_cast<std::int64_t>(rows));
  const std::int64_t mine = static_cast<std::int64_t>(rows), total = comm.all_reduce(mine, Op::sum);
  const auto share = [&](int rank) { return data::first_of_share(total, 1, rank - first, end - first); };
  std::vector<Comm::Message> messages;
  for (int rank = first; rank < end && mine > 0; ++rank) {
    const std::int64_t from = std::max(begin, share(rank)), to = std::min(begin + mine, share(rank + 1));
    if (from >= to) continue;
    const auto count = static_cast<std::size_t>(to - from);
    std::vector<std::byte> bytes(count * width * sizeof(T));
    for (std::size_t c = 0; c < width; ++c)
      std::memcpy(bytes.data() + c * count * sizeof(T),
                  values.data() + c * rows + static_cast<std::size_t>(from - begin), count * sizeof(T));
    messages.emplace_back(rank, std::move(bytes));
  }
  const auto received = comm.sparse_exchange(messages);
  std::size_t new_rows = 0, done = 0;
  for (const auto& [rank, bytes] : received) new_rows += bytes.size() / (width * sizeof(T));
  std::vector<T> result(new_rows * width);
  for (const auto& [rank, bytes] : received) {  // by rank, so that rows keep their order
    const std::size_t count = bytes.size() / (width * sizeof(T));
    for (std::size_t c = 0; c < width; ++c)
      std::memcpy(result.data() + c * new_rows + done, bytes.data() + c * count * sizeof(T), count * sizeof(T));
    done += count;
  }
  return result;
}

}  // namespace tessera::sim::md
