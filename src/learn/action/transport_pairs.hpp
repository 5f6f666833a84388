// Samples of neighbouring snapshots in pairs, by optimal transport.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "learn/snapshots.hpp"

namespace tessera::learn::action {

/// Of each snapshot the same random subset is paired with those of both neighbours, so that pairs make chains through
/// all times. Every rank has the numbers of the rows, and each solves some of the intervals.
class TransportPairs {
 public:
  /// Collective. Subsets of `count` samples, or of the smallest snapshot; pairs of least sum of squared distances
  /// (exact: time grows as count^3 at worst). Throws Error (input) where all pairs together are too many.
  TransportPairs(const Snapshots& snapshots, std::int64_t count, std::uint32_t seed);

  /// Rows of a pair between snapshot `interval` and the next: that at a share u in [0, 1) of all.
  std::pair<std::int64_t, std::int64_t> pick(std::size_t interval, double u) const;

 private:
  std::int64_t count_;
  std::vector<std::int64_t> rows_;  // of each interval: low and high of one pair behind the other
};

}  // namespace tessera::learn::action
