#include "learn/fsgld/clients.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "data/row_exchange.hpp"

namespace tessera::learn::fsgld {

namespace {

constexpr std::int64_t most_clients = 1 << 20;
constexpr double probability_slack = 1e-9;

template <class T>
bool has_numbers(const data::Table& table, std::string_view name, bool one_a_row) {
  for (const auto& column : table.columns())
    if (column.name == name)
      return std::holds_alternative<data::RowArray<T>>(column.data) && (!one_a_row || column.width == 1);
  return false;
}

std::vector<std::int64_t> whole_column(const data::Table& table, std::string_view name) {
  return data::host_copy(table.get<std::int64_t>(name), 0, table.num_rows());
}

}  // namespace

Clients::Clients(data::Table table, const VisitParams& visits, const std::string& where)
    : comm_(table.comm()), where_(where) {
  if (!has_numbers<std::int64_t>(table, "client", true) || !has_numbers<double>(table, "x", false))
    throw Error::input(fmt::format(
        "{}: no columns `client` (whole numbers) and `x` (features); a stage of type client_data makes them", where));
  has_response_ = has_numbers<double>(table, "y", true);
  count(table, where);
  set_probabilities(visits, where);
  place_clients();
  take_rows(table);
  check_finite();
}

/// Collective. Finds begin_ and num_held_out_.
void Clients::count(const data::Table& table, const std::string& where) {
  const bool has_marks = has_numbers<std::int64_t>(table, "held_out", true);
  std::int64_t tests = 0;
  const auto [client, mark] = agree(comm_, [&] {
    auto numbers = whole_column(table, "client");
    auto marks = has_marks ? whole_column(table, "held_out") : std::vector<std::int64_t>(numbers.size(), 0);
    std::int64_t last = 0;
    bool tests_begun = false;
    for (std::size_t n = 0; n < numbers.size(); ++n) {
      const std::int64_t row = table.first_row() + static_cast<std::int64_t>(n);
      if (marks[n] != 0) {
        tests_begun = true;
        continue;
      }
      if (numbers[n] < 0 || numbers[n] >= most_clients)
        throw Error::input(
            fmt::format("{}: row {} is of client {}; expected 0 to {}", where, row + 1, numbers[n], most_clients - 1));
      if (numbers[n] < last || tests_begun)
        throw Error::input(
            fmt::format("{}: row {} (client {}) is not in order: rows of one client come behind one "
                        "another, clients by their numbers, held-out rows at the end",
                        where, row + 1, numbers[n]));
      last = numbers[n];
    }
    return std::make_pair(std::move(numbers), std::move(marks));
  });
  std::int64_t last_here = -1;
  for (std::size_t n = 0; n < client.size(); ++n) {
    if (mark[n] != 0)
      ++tests;
    else
      last_here = std::max(last_here, client[n]);
  }
  // In order from rank to rank, too: a rank behind one with tests has nothing else, and clients do not fall.
  struct Share {
    std::int64_t first, last, tests, rows;
  };
  const std::int64_t training = static_cast<std::int64_t>(client.size()) - tests;
  const auto shares = comm_.all_gather(Share{training > 0 ? client.front() : -1, last_here, tests, training});
  std::int64_t last = -1;
  bool tests_begun = false;
  for (const auto& share : shares) {
    if (share.rows > 0 && (tests_begun || share.first < last))
      throw Error::input(fmt::format("{}: rows are not sorted by client, with held-out rows at the end", where));
    last = std::max(last, share.last);
    tests_begun = tests_begun || share.tests > 0;
    num_held_out_ += share.tests;
  }
  const std::int64_t clients = last + 1;
  if (clients == 0) throw Error::input(fmt::format("{}: there are no rows to learn from", where));
  std::vector<std::int64_t> counts(static_cast<std::size_t>(clients), 0);
  for (std::size_t n = 0; n < client.size(); ++n)
    if (mark[n] == 0) ++counts[at(client[n])];
  comm_.all_reduce(counts.data(), static_cast<int>(clients), Op::sum);
  begin_.assign(1, 0);
  for (std::int64_t s = 0; s < clients; ++s) {
    if (counts[at(s)] == 0)
      throw Error::input(fmt::format("{}: client {} has no rows; leave it out and number the others", where, s));
    begin_.push_back(begin_.back() + counts[at(s)]);
  }
}

void Clients::set_probabilities(const VisitParams& visits, const std::string& where) {
  probability_.assign(at(size()), 1.0 / static_cast<double>(size()));
  if (visits.kind == Visits::by_rows)
    for (std::int64_t s = 0; s < size(); ++s)
      probability_[at(s)] = static_cast<double>(num_rows(s)) / static_cast<double>(num_rows());
  if (visits.kind != Visits::given) return;
  if (visits.probabilities.size() != probability_.size())
    throw Error::input(
        fmt::format("{}: {} probabilities for {} clients", where, visits.probabilities.size(), probability_.size()));
  double sum = 0.0;
  for (const double p : visits.probabilities) sum += p;
  if (!(std::fabs(sum - 1.0) <= probability_slack))
    throw Error::input(fmt::format("{}: the probabilities of visits add up to {}; expected 1", where, sum));
  for (std::size_t s = 0; s < probability_.size(); ++s) {
    if (!(visits.probabilities[s] > 0.0))
      throw Error::input(
          fmt::format("{}: the probability of client {} is {}; expected more than 0: its rows would "
                      "never be seen",
                      where, s, visits.probabilities[s]));
    probability_[s] = visits.probabilities[s] / sum;
  }
}

void Clients::place_clients() {
  first_client_.assign(1, 0);
  double before = 0.0;
  std::int64_t s = 0;
  for (int rank = 0; rank < comm_.size(); ++rank) {
    const double end = static_cast<double>(rank + 1) / comm_.size();
    while (s < size() && (before + 0.5 * probability(s) < end || rank + 1 == comm_.size())) before += probability(s++);
    first_client_.push_back(s);
  }
}

int Clients::owner(std::int64_t client) const {
  const auto after = std::upper_bound(first_client_.begin(), first_client_.end(), client);
  return static_cast<int>(after - first_client_.begin()) - 1;
}

/// Collective. From nearly equal shares of the table to those of the clients.
void Clients::take_rows(const data::Table& table) {
  const std::int64_t total = num_rows();
  const int rank = comm_.rank();
  const data::RowSpan training{begin_[at(first_client(rank))],
                               begin_[at(first_client(rank + 1))] - begin_[at(first_client(rank))]};
  const auto first_test = data::first_of_share(num_held_out_, 1, rank, comm_.size());
  const data::RowSpan test{total + first_test,
                           data::first_of_share(num_held_out_, 1, rank + 1, comm_.size()) - first_test};
  data::RowExchange exchange(comm_, {{table.first_row(), table.num_rows()}}, {training, test});
  const auto moved = [&](const std::string& name) {
    const auto column = table.get<double>(name);
    const auto here = agree(comm_, [&] { return data::host_copy(column, 0, table.num_rows()); });
    const auto width = static_cast<int>(column.extent(1));
    std::vector<double> there(static_cast<std::size_t>((training.count + test.count) * width));
    exchange.forward(here, there, width);
    return there;
  };
  const auto x = moved("x");
  const auto width = static_cast<std::int64_t>(table.get<double>("x").extent(1));
  const auto fill = [&](Rows& rows, std::int64_t first, std::int64_t count) {
    const auto begin = x.begin() + static_cast<std::ptrdiff_t>(first * width);
    rows.x = data::RowArray<double>("features", static_cast<std::size_t>(count), static_cast<std::size_t>(width));
    data::set_rows(rows.x, 0, std::vector<double>(begin, begin + static_cast<std::ptrdiff_t>(count * width)));
  };
  fill(rows_, 0, training.count);
  fill(held_out_, training.count, test.count);
  if (!has_response_) return;
  const auto y = moved("y");
  const auto fill_response = [&](Rows& rows, std::int64_t first, std::int64_t count) {
    rows.y = Array1<double>("responses", static_cast<std::size_t>(count));
    const Kokkos::View<const double*, Kokkos::HostSpace> from(y.data() + first, static_cast<std::size_t>(count));
    Kokkos::deep_copy(rows.y, from);
  };
  fill_response(rows_, 0, training.count);
  fill_response(held_out_, training.count, test.count);
}

/// Row n of those here.
void Clients::report_wrong_row(std::int64_t n, bool is_held_out, const std::string& what) const {
  if (is_held_out) {
    const auto first = data::first_of_share(num_held_out_, 1, comm_.rank(), comm_.size());
    throw Error::input(fmt::format("{}: held-out row {} has {}", where_, first + n + 1, what));
  }
  const std::int64_t row = begin_[at(first_client(comm_.rank()))] + n;
  const auto client = std::upper_bound(begin_.begin(), begin_.end(), row) - begin_.begin() - 1;
  throw Error::input(fmt::format("{}: row {} of client {} has {}", where_,
                                 row - begin_[static_cast<std::size_t>(client)] + 1, client, what));
}

/// Collective.
void Clients::check_finite() const {
  agree(comm_, [&] {
    for (const Rows* rows : {&rows_, &held_out_}) {
      const auto x = data::host_copy(rows->x, 0, rows->size());
      const auto wrong = std::find_if(x.begin(), x.end(), [](double value) { return !std::isfinite(value); });
      if (wrong == x.end()) continue;
      const auto place = static_cast<std::int64_t>(wrong - x.begin());
      report_wrong_row(place / width(), rows == &held_out_,
                       fmt::format("the feature {} = {}; expected finite numbers", place % width() + 1, *wrong));
    }
  });
  if (has_response_) check_response("a finite number", [](double y) { return std::isfinite(y); });
}

}  // namespace tessera::learn::fsgld
