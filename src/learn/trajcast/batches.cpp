#include "learn/trajcast/batches.hpp"

#include <algorithm>

#include "data/table.hpp"

namespace tessera::learn::trajcast {

std::vector<std::int64_t> Batches::share(std::int64_t epoch, std::int64_t number, std::int64_t rank,
                                         std::int64_t ranks) const {
  const RandomOrder order(Random(seed_, RandomPurpose::trajcast_batch), static_cast<std::uint64_t>(epoch), count_);
  const std::int64_t first = number * batch_, total = std::min(batch_, count_ - first);
  std::vector<std::int64_t> numbers;
  for (auto place = data::first_of_share(total, 1, rank, ranks);
       place < data::first_of_share(total, 1, rank + 1, ranks); ++place)
    numbers.push_back(order[first + place]);
  return numbers;
}

}  // namespace tessera::learn::trajcast
