#include "learn/client_data/pairs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/agree.hpp"
#include "base/random.hpp"
#include "base/random_order.hpp"
#include "data/table.hpp"
#include "learn/client_data/key_order.hpp"
#include "learn/client_data/principal_axes.hpp"

namespace tessera::learn::client_data {

void bind(deck::Binder& b, PairsParams& p) {
  constexpr deck::Limits counts{.low = 0, .high = 0x1p40};
  b.value("clients", p.clients, {.low = 1, .high = 128}, {"how many; the classes are shared out over them at random"});
  b.value("components", p.components, {.low = 1, .high = 4096},
          {"numbers in x: so many singular vectors of the rows, the largest first"});
  b.value("similar_pairs", p.similar, counts, {"of two rows of one class, over all clients"});
  b.value("dissimilar_pairs", p.dissimilar, counts, {"of two rows of unlike classes of a client, over all clients"});
  b.value("held_out_pairs", p.held_out, counts, {"to test with, of all classes, half of them similar"});
  b.check(b.is_describing() || p.similar + p.dissimilar > 0, "similar_pairs", "there are no pairs");
}

namespace {

/// Which two rows, by place among all rows ordered by class.
struct Pair {
  std::int64_t first, second;
  bool is_similar;
  std::int64_t client;
};

class PairChoice {
 public:
  PairChoice(std::uint32_t seed, const PairsParams& params, std::vector<std::int64_t> begin)
      : random_(seed, RandomPurpose::client_data_pairs), params_(params), begin_(std::move(begin)) {
    const auto count = static_cast<std::int64_t>(begin_.size()) - 1;
    check(count);
    const RandomOrder order(random_, 1, count);
    for (std::int64_t place = 0; place < count; ++place) classes_.push_back(order[place]);
  }

  /// Pair number q: client after client, then those to test with.
  Pair operator[](std::int64_t q) const {
    const std::int64_t training = params_.similar + params_.dissimilar;
    if (q >= training) return choose(q, q % 2 == 0, classes_.data(), classes_.size(), ClientRows::held_out);
    const auto first_of = [&](std::int64_t s) { return share(params_.similar, s) + share(params_.dissimilar, s); };
    std::int64_t client = 0, high = params_.clients;
    while (high - client > 1) {
      const std::int64_t middle = client + (high - client) / 2;
      (first_of(middle) <= q ? client : high) = middle;
    }
    const bool is_similar = q - first_of(client) < share(params_.similar, client + 1) - share(params_.similar, client);
    const std::int64_t first = first_class(client);
    return choose(q, is_similar, classes_.data() + first, static_cast<std::size_t>(first_class(client + 1) - first),
                  client);
  }

 private:
  std::int64_t share(std::int64_t total, std::int64_t s) const {
    return data::first_of_share(total, 1, s, params_.clients);
  }
  std::int64_t first_class(std::int64_t client) const {
    return share(static_cast<std::int64_t>(begin_.size()) - 1, client);
  }
  std::int64_t rows_of(std::int64_t number) const {
    return begin_[static_cast<std::size_t>(number) + 1] - begin_[static_cast<std::size_t>(number)];
  }

  void check(std::int64_t count) const {
    const std::int64_t least = params_.dissimilar > 0 ? 2 : 1;
    if (count < least * params_.clients)
      throw Error::input(fmt::format("pairs: {} classes are too few for {} clients that have at least {} of their own",
                                     count, params_.clients, least));
    for (std::int64_t number = 0; number < count; ++number)
      if (rows_of(number) < 2)
        throw Error::input(fmt::format("pairs: class {} has {} rows; expected two or more", number, rows_of(number)));
  }

  Pair choose(std::int64_t q, bool is_similar, const std::int64_t* classes, std::size_t count,
              std::int64_t client) const {
    const auto id = static_cast<std::uint64_t>(q);
    const auto below = [](double u, std::int64_t n) {
      return std::min(n - 1, static_cast<std::int64_t>(u * static_cast<double>(n)));
    };
    const auto which = random_.uniform(id, 0, 0), rows = random_.uniform(id, 0, 1);
    const auto n = static_cast<std::int64_t>(count);
    const std::int64_t a = below(which.first, n), b = is_similar ? a : (a + 1 + below(which.second, n - 1)) % n;
    const std::int64_t i = below(rows.first, rows_of(classes[a]));
    const std::int64_t j = is_similar ? (i + 1 + below(rows.second, rows_of(classes[a]) - 1)) % rows_of(classes[a])
                                      : below(rows.second, rows_of(classes[b]));
    return {begin_[static_cast<std::size_t>(classes[a])] + i, begin_[static_cast<std::size_t>(classes[b])] + j,
            is_similar, client};
  }

  Random random_;
  PairsParams params_;
  std::vector<std::int64_t> begin_;    // of each class, and the end
  std::vector<std::int64_t> classes_;  // in random order: the first ones are the first client's
};

/// Collective. Rows by class, in the column x.
data::Table ordered_by_class(const Comm& comm, const ClientRows& rows, const KeyOrder& order) {
  const std::size_t width = rows.width();
  const auto x = send_in_order(comm, order, width, [&](std::size_t row, double* numbers) {
    std::copy_n(rows.x.data() + row * width, width, numbers);
  });
  data::Table table(comm);
  table.add<double>("x", static_cast<int>(width));
  table.append(static_cast<std::int64_t>(x.size() / width));
  data::set_rows(table.get<double>("x"), 0, x);
  return table;
}

}  // namespace

ClientRows make_pairs(const Comm& comm, std::uint32_t seed, const PairsParams& params, const ClientRows& rows) {
  if (params.components > static_cast<std::int64_t>(rows.width()))
    throw Error::input(
        fmt::format("components: {} singular vectors of rows with {} features", params.components, rows.width()));
  std::vector<std::int64_t> keys(rows.y.begin(), rows.y.end());
  const KeyOrder order = order_by_key(comm, keys, rows.num_classes);
  const PairChoice choice(seed, params, order.begin);
  data::Table table = ordered_by_class(comm, rows, order);
  add_projections(table, static_cast<int>(params.components));

  ClientRows pairs;
  for (std::int64_t k = 1; k <= params.components; ++k) pairs.names.push_back(fmt::format("z{}", k));
  pairs.has_response = true;
  pairs.num_classes = 2;
  pairs.num_clients = params.clients;
  const std::int64_t first = data::first_of_share(params.total(), 1, comm.rank(), comm.size()),
                     end = data::first_of_share(params.total(), 1, comm.rank() + 1, comm.size());
  pairs.first_id = first + 1;
  pairs.resize(static_cast<std::size_t>(end - first));
  std::vector<std::int64_t> firsts, seconds;
  for (std::size_t n = 0; n < pairs.size(); ++n) {
    const Pair pair = choice[first + static_cast<std::int64_t>(n)];
    firsts.push_back(pair.first);
    seconds.push_back(pair.second);
    pairs.client[n] = pair.client;
    pairs.y[n] = pair.is_similar ? 1.0 : 0.0;
  }
  const auto a = table.gather<double>(projection_column, firsts), b = table.gather<double>(projection_column, seconds);
  for (std::size_t n = 0; n < pairs.x.size(); ++n) pairs.x[n] = (a[n] - b[n]) * (a[n] - b[n]);
  return pairs;
}

}  // namespace tessera::learn::client_data
