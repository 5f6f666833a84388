#include "learn/control/minibatches.hpp"

#include <algorithm>
#include <utility>

#include "base/random.hpp"

namespace tessera::learn::control {

Minibatches draw_minibatches(std::int64_t rows, std::int64_t size, bool with_replacement, std::uint32_t seed,
                             std::int64_t epoch) {
  const Random random(seed, RandomPurpose::ppo_minibatch);
  const auto uniform = [&](std::int64_t n) {
    return random.uniform(static_cast<std::uint64_t>(n), static_cast<std::uint64_t>(epoch)).first;
  };
  std::vector<std::int64_t> order;
  if (with_replacement) {
    for (std::int64_t n = 0; n < rows / size * size; ++n)
      order.push_back(static_cast<std::int64_t>(uniform(n) * static_cast<double>(rows)));
  } else {
    std::vector<std::pair<double, std::int64_t>> keys;
    for (std::int64_t n = 0; n < rows; ++n) keys.emplace_back(uniform(n), n);
    std::sort(keys.begin(), keys.end());
    for (const auto& [key, row] : keys) order.push_back(row);
  }
  Minibatches minibatches;
  const auto total = static_cast<std::int64_t>(order.size());
  for (std::int64_t first = 0; first < total; first += size)
    minibatches.emplace_back(order.begin() + first, order.begin() + std::min(first + size, total));
  return minibatches;
}

}  // namespace tessera::learn::control
