// Counting sort of rows that are split over the ranks: where each one goes is known before any one travels.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/comm.hpp"

namespace tessera::learn::client_data {

/// Rows by rising key, those of one key as they were.
struct KeyOrder {
  std::vector<std::int64_t> places;  ///< global, of each row here; -1 for rows that are left out
  std::vector<std::int64_t> begin;   ///< of each key, and the end: the same on all ranks

  std::int64_t total() const { return begin.back(); }
  std::int64_t count(std::int64_t key) const {
    const auto n = static_cast<std::size_t>(key);
    return begin[n + 1] - begin[n];
  }
};

/// Collective. Keys are below num_keys; rows with negative ones are left out.
KeyOrder order_by_key(const Comm& comm, const std::vector<std::int64_t>& keys, std::int64_t num_keys);

/// Collective. Rows of `words` numbers to ranks that have equal shares of them in that order (first_of_share of blocks
/// of one row). `pack(row, numbers)` writes those of a row here. Returns this rank's share, in order.
std::vector<double> send_in_order(const Comm& comm, const KeyOrder& order, std::size_t words,
                                  const std::function<void(std::size_t, double*)>& pack);

}  // namespace tessera::learn::client_data
