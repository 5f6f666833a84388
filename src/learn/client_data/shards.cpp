#include "learn/client_data/shards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/random_order.hpp"
#include "data/table.hpp"
#include "learn/client_data/gamma_variate.hpp"
#include "learn/client_data/key_order.hpp"

namespace tessera::learn::client_data {

void bind(deck::Binder& b, ShardingParams& p) {
  constexpr deck::Limits counts{.low = 1, .high = 0x1p30};
  b.choice("kind", p.kind,
           {{"equal", ShardingKind::equal},
            {"sizes", ShardingKind::sizes},
            {"dirichlet", ShardingKind::dirichlet},
            {"beta", ShardingKind::beta}},
           {"rows in random order to clients of nearly equal or of given sizes; or each class by its own shares, of a "
            "Dirichlet distribution; or two classes to equal clients, shares of the second by a beta distribution"});
  const auto is = [&](ShardingKind kind) { return b.is_describing() || p.kind == kind; };
  if (b.is_describing() || p.kind != ShardingKind::sizes) {
    b.required("clients");
    b.value("clients", p.clients, {.low = 1, .high = 1 << 20}, {"how many"});
  }
  if (is(ShardingKind::sizes)) {
    b.required("sizes");
    b.list("sizes", p.sizes, 0, counts, {"of kind sizes: rows of the first client, the second..."});
    if (!b.is_describing()) p.clients = static_cast<std::int64_t>(p.sizes.size());
  }
  if (is(ShardingKind::dirichlet))
    b.value("concentration", p.concentration, deck::positive,
            {"of kind dirichlet: 0.1 gives most of a class to few clients, 100 nearly equal shares"});
  if (is(ShardingKind::beta)) {
    b.value("a", p.a, deck::positive, {"of kind beta: the share of class 1 at a client has the mean a/(a + b)"});
    b.value("b", p.b, deck::positive, {"of kind beta"});
  }
}

namespace {

/// Streams of RandomPurpose::client_data_shard.
enum Stream : std::uint16_t { order_stream, row_stream, share_stream };

Random stream(std::uint32_t seed, Stream number) { return {seed, RandomPurpose::client_data_shard, number}; }

/// Rows in training by number of class, the others -1.
std::vector<std::int64_t> training_classes(const ClientRows& rows) {
  std::vector<std::int64_t> classes(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row)
    classes[row] = rows.client[row] < 0 ? -1 : static_cast<std::int64_t>(rows.y[row]);
  return classes;
}

void say_dropped(std::int64_t dropped, std::int64_t total) {
  if (dropped > 0) log::info("  {} of {} rows for training are dropped: they go to no client", dropped, total);
}

/// Rows in random order to clients that end at these places of it; those beyond are dropped.
void share_in_order(const Comm& comm, std::uint32_t seed, const std::vector<std::int64_t>& ends, ClientRows& rows) {
  std::vector<std::int64_t> keys;
  for (const auto client : rows.client) keys.push_back(client < 0 ? -1 : 0);
  const KeyOrder numbers = order_by_key(comm, keys, 1);
  if (numbers.total() < ends.back())
    throw Error::input(fmt::format("clients are to have {} rows together, and there are {} for training", ends.back(),
                                   numbers.total()));
  const RandomOrder order(stream(seed, order_stream), 0, numbers.total());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows.client[row] < 0) continue;
    const auto next = std::upper_bound(ends.begin(), ends.end(), order.place_of(numbers.places[row]));
    rows.client[row] = next == ends.end() ? ClientRows::dropped : next - ends.begin();
  }
  say_dropped(numbers.total() - ends.back(), numbers.total());
}

std::vector<std::int64_t> equal_ends(std::int64_t total, std::int64_t clients) {
  std::vector<std::int64_t> ends;
  for (std::int64_t s = 1; s <= clients; ++s) ends.push_back(data::first_of_share(total, 1, s, clients));
  return ends;
}

/// Sums of the shares of a class, up to each client: Dirichlet variates, scaled so that the largest is 1 before.
std::vector<double> dirichlet_sums(const Random& random, std::uint64_t number, const ShardingParams& params) {
  std::vector<double> sums(static_cast<std::size_t>(params.clients));
  for (std::size_t s = 0; s < sums.size(); ++s) sums[s] = log_gamma_variate(random, s, number, 0, params.concentration);
  const double largest = *std::max_element(sums.begin(), sums.end());
  double sum = 0.0;
  for (double& value : sums) value = sum += std::exp(value - largest);
  return sums;
}

void share_by_dirichlet(std::uint32_t seed, const ShardingParams& params, ClientRows& rows) {
  const auto classes = training_classes(rows);
  const Random draw = stream(seed, row_stream);
  for (std::int64_t number = 0; number < rows.num_classes; ++number) {
    const auto sums = dirichlet_sums(stream(seed, share_stream), static_cast<std::uint64_t>(number), params);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (classes[row] != number) continue;
      const double place = sums.back() * draw.uniform(static_cast<std::uint64_t>(rows.first_id) + row, 0).first;
      const auto found = std::upper_bound(sums.begin(), sums.end() - 1, place);
      rows.client[row] = found - sums.begin();
    }
  }
}

void share_by_beta(const Comm& comm, std::uint32_t seed, const ShardingParams& params, ClientRows& rows) {
  if (rows.num_classes != 2)
    throw Error::input(fmt::format("sharding of kind beta is for two classes, and there are {}", rows.num_classes));
  const KeyOrder numbers = order_by_key(comm, training_classes(rows), 2);
  std::vector<double> shares;
  for (std::int64_t s = 0; s < params.clients; ++s)
    shares.push_back(beta_variate(stream(seed, share_stream), static_cast<std::uint64_t>(s), 0, params.a, params.b));
  const std::int64_t size = largest_equal_size(shares, numbers.count(0), numbers.count(1));
  if (size == 0)
    throw Error::input(fmt::format("{} and {} rows of the classes are too few for {} clients of equal size",
                                   numbers.count(0), numbers.count(1), params.clients));
  for (std::int64_t number = 0; number < 2; ++number) {
    std::vector<std::int64_t> ends;
    for (const double share : shares) {
      const std::int64_t ones = ones_of(share, size);
      ends.push_back((ends.empty() ? 0 : ends.back()) + (number == 1 ? ones : size - ones));
    }
    if (numbers.count(number) == 0) continue;
    const RandomOrder order(stream(seed, order_stream), static_cast<std::uint64_t>(number), numbers.count(number));
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (rows.client[row] < 0 || rows.y[row] != static_cast<double>(number)) continue;
      const std::int64_t place = order.place_of(numbers.places[row] - numbers.begin[static_cast<std::size_t>(number)]);
      const auto next = std::upper_bound(ends.begin(), ends.end(), place);
      rows.client[row] = next == ends.end() ? ClientRows::dropped : next - ends.begin();
    }
  }
  say_dropped(numbers.total() - size * params.clients, numbers.total());
}

}  // namespace

std::int64_t ones_of(double share, std::int64_t size) { return std::llround(share * static_cast<double>(size)); }

std::int64_t largest_equal_size(const std::vector<double>& shares, std::int64_t zeros, std::int64_t ones) {
  const auto fits = [&](std::int64_t size) {
    std::int64_t sum = 0;
    for (const double share : shares) sum += ones_of(share, size);
    return sum <= ones && size * static_cast<std::int64_t>(shares.size()) - sum <= zeros;
  };
  std::int64_t low = 0,
               high = (zeros + ones) / static_cast<std::int64_t>(shares.size()) + 1;  // low fits, high does not
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (fits(middle) ? low : high) = middle;
  }
  return low;
}

void share_out(const Comm& comm, std::uint32_t seed, const ShardingParams& params, ClientRows& rows) {
  rows.num_clients = params.clients;
  if (params.needs_classes() && rows.num_classes == 0)
    throw Error::input("this sharding is by class; expected a response of numbered classes (classes = true)");
  if (params.kind == ShardingKind::dirichlet) return share_by_dirichlet(seed, params, rows);
  if (params.kind == ShardingKind::beta) return share_by_beta(comm, seed, params, rows);
  std::vector<std::int64_t> ends(params.sizes.size());
  std::partial_sum(params.sizes.begin(), params.sizes.end(), ends.begin());
  if (params.kind == ShardingKind::equal) ends = equal_ends(count_rows(comm, rows, false), params.clients);
  share_in_order(comm, seed, ends, rows);
}

}  // namespace tessera::learn::client_data
