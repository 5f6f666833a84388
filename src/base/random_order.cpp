#include "base/random_order.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tessera {

RandomOrder::RandomOrder(const Random& random, std::uint64_t number, std::int64_t count) : count_(count) {
  auto left = static_cast<std::int64_t>(std::sqrt(static_cast<double>(count)));
  while (left * left < count) ++left;
  left_size_ = static_cast<std::uint32_t>(left);
  right_size_ = static_cast<std::uint32_t>((count + left - 1) / left);
  // Two rounds leave of the order that went in as little as one of so many numbers.
  const int bits = std::max(1, static_cast<int>(std::bit_width(right_size_)) - 1);
  num_rounds_ = std::max(6, max_rounds / bits / 2 * 2);
  for (int round = 0; round < num_rounds_; ++round)
    keys_[round] = random.block(0, number, static_cast<std::uint32_t>(round / 4)).v[round % 4];
}

}  // namespace tessera
