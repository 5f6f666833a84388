// Which pairs make up which batch, and who works on them.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random_order.hpp"

namespace tessera::learn::trajcast {

/// Every epoch has all pairs once, in a random order of its own that follows from the seed, cut into batches of
/// `batch`; the last one may be smaller. With time reversal there are twice as many: numbers from `num_pairs` on are
/// reversed ones, as PairSet::gather understands them.
class Batches {
 public:
  /// At least one pair, and one a batch.
  Batches(std::int64_t num_pairs, std::int64_t batch, bool has_reversed, std::uint32_t seed)
      : count_(has_reversed ? 2 * num_pairs : num_pairs), batch_(batch), seed_(seed) {}

  std::int64_t size() const { return (count_ + batch_ - 1) / batch_; }  ///< of an epoch
  std::int64_t num_pairs() const { return count_; }

  /// Local. Numbers of the pairs of a batch that a rank works on: whole ones, nearly as many on each of `ranks`; none
  /// for some where a batch has fewer. Ranks one behind the other have the batch in its order.
  std::vector<std::int64_t> share(std::int64_t epoch, std::int64_t number, std::int64_t rank, std::int64_t ranks) const;

 private:
  std::int64_t count_, batch_;
  std::uint32_t seed_;
};

}  // namespace tessera::learn::trajcast
