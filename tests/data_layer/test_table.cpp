// Rows of a table: where they are, moved, fetched and summed.
#include "data/table.hpp"

#include <cmath>

#include "base/random.hpp"
#include "catch.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

/// Unlike on all ranks; rank 1 has none.
std::int64_t rows_of(int rank) { return rank == 1 ? 0 : 5 + 3 * rank; }

double state_of(std::int64_t row, std::int64_t place) {
  return Random(5, RandomPurpose::test)
             .normal(static_cast<std::uint64_t>(row), static_cast<std::uint64_t>(place))
             .first *
         std::pow(10.0, static_cast<double>(row % 12));
}

Table empty_table(const Comm& comm = test::comm()) {
  Table table(comm);
  table.add<std::int64_t>("number");
  table.add<double>("state", 3, "velocity");
  return table;
}

/// Rows know their global number.
void fill(const Table& table) {
  std::vector<std::int64_t> numbers;
  std::vector<double> states;
  for (std::int64_t n = 0; n < table.num_rows(); ++n) {
    numbers.push_back(table.first_row() + n);
    for (int c = 0; c < 3; ++c) states.push_back(state_of(table.first_row() + n, c));
  }
  set_rows(table.get<std::int64_t>("number"), 0, numbers);
  set_rows(table.get<double>("state"), 0, states);
}

Table make_table() {
  Table table = empty_table();
  table.append(rows_of(comm().rank()));
  fill(table);
  return table;
}

bool is_right(const Table& table) {
  const auto numbers = host_copy(table.get<std::int64_t>("number"), 0, table.num_rows());
  const auto states = host_copy(table.get<double>("state"), 0, table.num_rows());
  for (std::int64_t n = 0; n < table.num_rows(); ++n) {
    if (numbers[static_cast<std::size_t>(n)] != table.first_row() + n) return false;
    for (int c = 0; c < 3; ++c)
      if (states[static_cast<std::size_t>(3 * n + c)] != state_of(table.first_row() + n, c)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("rows are numbered through all ranks, and those added are zero", "[data]") {
  Table table = make_table();
  std::int64_t first = 0, total = 0;
  for (int rank = 0; rank < comm().size(); ++rank) {
    if (rank < comm().rank()) first += rows_of(rank);
    for (std::int64_t row = total; row < total + rows_of(rank); ++row) REQUIRE(table.owner(row) == rank);
    total += rows_of(rank);
  }
  REQUIRE_ALL(table.first_row() == first);
  REQUIRE(table.num_global() == total);
  const std::int64_t before = table.num_rows();
  for (const std::int64_t more : {2, 0, 1, 40}) table.append(more);
  REQUIRE_ALL(table.num_rows() == before + 43);
  REQUIRE(table.num_global() == total + 43 * comm().size());
  const auto numbers = host_copy(table.get<std::int64_t>("number"), 0, table.num_rows());
  bool right = true;
  for (std::int64_t n = 0; n < table.num_rows(); ++n)
    right = right && numbers[static_cast<std::size_t>(n)] == (n < before ? first + n : 0);
  REQUIRE_ALL(right);
  table.clear();
  REQUIRE(table.num_global() == 0);
  table.append(3);
  REQUIRE_ALL(host_copy(table.get<std::int64_t>("number"), 0, 3) == std::vector<std::int64_t>{0, 0, 0});
}

TEST_CASE("balanced rows keep their order, in whole blocks", "[data]") {
  for (const std::int64_t block : {1, 4, 7, 1000}) {
    INFO("blocks of " << block);
    Table table = make_table();
    const auto total = table.num_global();
    table.balance(block);
    REQUIRE(table.num_global() == total);
    REQUIRE_ALL(table.num_rows() == 0 || table.first_row() % block == 0);
    REQUIRE_ALL(table.num_rows() <= block * ((total / block + 1) / comm().size() + 1));
    REQUIRE_ALL(is_right(table));
    table.append(0);
    table.balance(block);
    REQUIRE_ALL(is_right(table));
  }
  Table none = empty_table();
  none.balance(3);
  REQUIRE(none.num_global() == 0);
}

TEST_CASE("a few rows are fetched by their numbers, in any order and more than once", "[data]") {
  const Table table = make_table();
  const auto last = table.num_global() - 1;
  std::vector<std::int64_t> rows{last, 0, last / 2, 0};
  if (comm().rank() == 1) rows.clear();
  const auto numbers = table.gather<std::int64_t>("number", rows);
  const auto states = table.gather<double>("state", rows);
  REQUIRE_ALL(numbers == rows);
  bool right = states.size() == 3 * rows.size();
  for (std::size_t n = 0; right && n < states.size(); ++n)
    right = states[n] == state_of(rows[n / 3], static_cast<std::int64_t>(n % 3));
  REQUIRE_ALL(right);
  std::vector<std::int64_t> beyond;
  if (comm().is_root()) beyond.push_back(last + 1);
  REQUIRE_THROWS_WITH(table.gather<double>("state", beyond), Contains("of a table of " + std::to_string(last + 1)));
}

TEST_CASE("sums of rows and of blocks do not depend on the number of ranks", "[data]") {
  Table table = empty_table(), alone = empty_table(comm().split(comm().rank()));
  table.append(comm().is_root() ? 203 : 0);
  alone.append(203);
  fill(table);
  fill(alone);
  const auto block_terms = [](const Table& of) {
    return [states = host_copy(of.get<double>("state"), 0, of.num_rows())](std::int64_t first, std::int64_t count,
                                                                           double* result) {
      // In plain order, which rounds: blocks are the same everywhere.
      result[0] = result[1] = 0.0;
      for (auto n = first; n < first + count; ++n) {
        result[0] += states[static_cast<std::size_t>(3 * n)] * states[static_cast<std::size_t>(3 * n + 1)];
        result[1] += std::sin(states[static_cast<std::size_t>(3 * n + 2)]);
      }
    };
  };
  const auto expected = sum_blocks(alone, 16, 2, block_terms(alone));
  REQUIRE(expected[0] != 0.0);
  for (const std::int64_t spread : {16, 32}) {
    table.balance(spread);
    REQUIRE_ALL(sums(table, "state") == sums(alone, "state"));
    REQUIRE_ALL(sum_blocks(table, 16, 2, block_terms(table)) == expected);
  }
  table.balance(1);
  if (comm().size() > 1)
    REQUIRE_THROWS_WITH(sum_blocks(table, 16, 2, block_terms(table)), Contains("balance the table for them"));
}

TEST_CASE("columns that are not there or there already are named", "[data]") {
  Table table = empty_table();
  REQUIRE((table.has_column("state") && !table.has_column("speed")));
  REQUIRE_THROWS_WITH(table.add<double>("state"), Contains("table column 'state' exists already"));
  REQUIRE_THROWS_WITH(table.add<double>("speed", 0), Contains("table column 'speed' of width 0"));
  REQUIRE_THROWS_WITH(table.get<std::int64_t>("state"), Contains("no table column 'state' of that type"));
  REQUIRE_THROWS_WITH(table.balance(0), Contains("blocks of 0 rows"));
  REQUIRE_THROWS_WITH(table.append(comm().is_root() ? -1 : 2), Contains("-1 more rows"));
}
