#include <algorithm>
#include <numeric>
#include <set>

#include "arrangement.hpp"
#include "data/column_grid.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

constexpr int per_cluster = 8;

bool is_bounded(const ColumnGrid& grid, int rows) {
  const double bins = static_cast<double>(grid.count[0]) * grid.count[1] * grid.count[2];
  return grid.count[0] > 0 && grid.count[1] > 0 && grid.count[2] > 0 && bins <= 4.0 * rows + 64.0;
}

/// Rows of the fullest column.
int fullest_column(const ColumnGrid& grid, const Particles& particles) {
  const auto position = to_host(particles.get<double>("position"));
  std::vector<int> rows(static_cast<std::size_t>(grid.count[0] * grid.count[1]), 0);
  for (int i = 0; i < particles.num_owned(); ++i)
    ++rows[static_cast<std::size_t>(grid.column(grid.index(0, position(i, 0)), grid.index(1, position(i, 1))))];
  return *std::max_element(rows.begin(), rows.end());
}

std::vector<Arrangement> absurd_arrangements() {
  const Box open = cube(8, false);
  Arrangement far = gas("far", open, 2000);
  far.places[0] = {1e9, 1e9, -1e9};
  far.places[1] = {-4e9, 0, 0};
  Arrangement row = gas("row", open, 100);
  for (std::size_t n = 0; n < 100; ++n) row.places[n] = {1e7 * static_cast<double>(n), 0, 0};
  Arrangement upright = row;
  for (auto& x : upright.places) std::swap(x[0], x[2]);
  const Arrangement two = {"two", open, {{0, 0, -8e9}, {0, 0, 8e9}}};
  const Arrangement corners = {"corners", open, {{-8e9, -8e9, -8e9}, {8e9, 8e9, 8e9}, {8e9, -8e9, 8e9}}};
  return {far, row, upright, two, corners};
}

}  // namespace

TEST_CASE("the number of bins is bounded by that of rows, wherever they lie", "[data]") {
  auto all = arrangements();
  for (auto& absurd : absurd_arrangements()) all.push_back(absurd);
  for (const auto& arrangement : all)
    for (const double margin : {1e-9, 0.5, 3.0, 1e6, 1e40}) {
      INFO(arrangement.name << ", margin " << margin);
      REQUIRE(is_bounded(fit_columns(spread(arrangement), margin, per_cluster), arrangement.size()));
    }
}

TEST_CASE("bins are thin where rows fill space", "[data]") {
  const Particles particles = spread(gas("gas", cube(16), 4000));
  const ColumnGrid grid = fit_columns(particles, 0.5, per_cluster);
  REQUIRE(grid.num_bins() > 2000);
  REQUIRE(fullest_column(grid, particles) < 200);
}

TEST_CASE("particles that have flown away do not widen the columns of the others", "[data]") {
  const Arrangement calm = gas("calm", cube(16, false), 4000);
  Arrangement blown = calm;
  for (std::size_t n = 0; n < 40; ++n)
    for (int c = 0; c < 3; ++c) blown.places[n * 97][c] *= 1e4 * static_cast<double>(n + 1);
  const Particles here = spread(calm), there = spread(blown);
  const int usual = fullest_column(fit_columns(here, 0.5, per_cluster), here);
  REQUIRE(fullest_column(fit_columns(there, 0.5, per_cluster), there) < 4 * usual);
}

TEST_CASE("the grid does not depend on the order of rows", "[data]") {
  for (const auto& arrangement : arrangements()) {
    Particles particles = spread(arrangement);
    const ColumnGrid before = fit_columns(particles, 0.75, per_cluster);
    particles.permute(sort_rows(before, particles.get<double>("position"), 0, particles.num_owned()).order);
    const ColumnGrid after = fit_columns(particles, 0.75, per_cluster);
    for (int d = 0; d < 3; ++d) {
      REQUIRE(before.low[d] == after.low[d]);
      REQUIRE(before.inverse_edge[d] == after.inverse_edge[d]);
      REQUIRE(before.count[d] == after.count[d]);
    }
  }
}

TEST_CASE("bins are numbered without gaps, and neighbours in number are neighbours in space", "[data]") {
  ColumnGrid grid;
  grid.count = {3, 4, 5};
  std::vector<Int3> cells(60, Int3{-1, -1, -1});
  for (int x = 0; x < 3; ++x)
    for (int y = 0; y < 4; ++y)
      for (int z = 0; z < 5; ++z) cells[static_cast<std::size_t>(grid.bin(grid.column(x, y), z))] = {x, y, z};
  for (std::size_t n = 0; n < 60; ++n) {
    REQUIRE(cells[n][0] >= 0);
    int steps = 0;
    for (int d = 0; n > 0 && d < 3; ++d) steps += std::abs(cells[n][d] - cells[n - 1][d]);
    REQUIRE(steps == (n > 0 ? 1 : 0));
  }
}

TEST_CASE("what is not in the grid belongs to its edge", "[data]") {
  ColumnGrid grid;
  grid.count = {3, 4, 5};
  for (const double below : {-1e300, -1.0, 0.0}) REQUIRE(grid.index(1, below) == 0);
  for (const double above : {4.0, 1e10, 1e300}) REQUIRE(grid.index(1, above) == 3);
  REQUIRE(grid.index(1, 2.5) == 2);
  REQUIRE(grid.index(1, std::numeric_limits<double>::quiet_NaN()) == 0);
}

TEST_CASE("sorting is stable and complete", "[data]") {
  for (const auto& arrangement : arrangements()) {
    INFO(arrangement.name);
    const Particles particles = spread(arrangement);
    const int rows = particles.num_owned();
    const ColumnGrid grid = fit_columns(particles, 0.75, per_cluster);
    const auto position = to_host(particles.get<double>("position"));
    const auto sorted = sort_rows(grid, particles.get<double>("position"), 0, rows);
    const auto order = to_host(sorted.order), offsets = to_host(sorted.offsets);
    REQUIRE(offsets.extent(0) == static_cast<std::size_t>(grid.num_bins()) + 1);
    REQUIRE(offsets(0) == 0);
    REQUIRE(offsets(static_cast<std::size_t>(grid.num_bins())) == rows);
    int misplaced = 0, unstable = 0;
    for (int bin = 0; bin < grid.num_bins(); ++bin)
      for (int n = offsets(bin); n < offsets(bin + 1); ++n) {
        const int i = order(n);
        misplaced += grid.bin_of(position(i, 0), position(i, 1), position(i, 2)) != bin ? 1 : 0;
        unstable += n > offsets(bin) && order(n - 1) >= i ? 1 : 0;
      }
    REQUIRE(misplaced == 0);
    REQUIRE(unstable == 0);
    REQUIRE(std::set<int>(order.data(), order.data() + rows).size() == static_cast<std::size_t>(rows));
  }
}
