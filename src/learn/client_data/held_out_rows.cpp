#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/random_order.hpp"
#include "learn/client_data/key_order.hpp"
#include "learn/client_data/shards.hpp"

namespace tessera::learn::client_data {

namespace {

constexpr std::uint16_t held_out_stream = 16;  // of RandomPurpose::client_data_shard; lower ones are those of sharding

/// So many of `total`.
std::int64_t held_out_count(double amount, std::int64_t total) {
  const auto count = static_cast<std::int64_t>(amount < 1.0 ? std::llround(amount * static_cast<double>(total))
                                                            : std::llround(amount));
  if (count >= total) throw Error::input(fmt::format("held_out: nothing is left for training of {} rows", total));
  return count;
}

}  // namespace

void hold_out(const Comm& comm, std::uint32_t seed, const HeldOutParams& params, ClientRows& rows) {
  if (params.amount == 0.0) return;
  if (params.balanced && rows.num_classes == 0)
    throw Error::input("balanced_held_out: expected a response of numbered classes (classes = true)");
  const std::int64_t parts = params.balanced ? rows.num_classes : 1;
  std::vector<std::int64_t> part(rows.size(), 0);
  for (std::size_t row = 0; params.balanced && row < rows.size(); ++row)
    part[row] = static_cast<std::int64_t>(rows.y[row]);
  const KeyOrder numbers = order_by_key(comm, part, parts);
  const std::int64_t count = held_out_count(params.amount, numbers.total());
  const Random random(seed, RandomPurpose::client_data_shard, held_out_stream);
  for (std::int64_t n = 0; n < parts; ++n) {
    const std::int64_t here = count / parts + (n < count % parts ? 1 : 0);  // of this class
    if (numbers.count(n) < here)
      throw Error::input(
          fmt::format("held_out: {} rows of class {} are wanted, and there are {}", here, n, numbers.count(n)));
    if (here == 0) continue;
    const RandomOrder order(random, static_cast<std::uint64_t>(n), numbers.count(n));
    for (std::size_t row = 0; row < rows.size(); ++row)
      if (part[row] == n && order.place_of(numbers.places[row] - numbers.begin[static_cast<std::size_t>(n)]) < here)
        rows.client[row] = ClientRows::held_out;
  }
}

}  // namespace tessera::learn::client_data
