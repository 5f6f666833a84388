// Cuts of equal work.
#include "data/balance.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "arrangement.hpp"
#include "data/halo.hpp"
#include "data/halo_plan.hpp"

using namespace tessera;
using namespace tessera::test;
using data::balance;
using data::BalanceLimits;
using data::Tiling;

namespace {

/// The work of each owned particle by its place, before or after it has moved.
Array1<int> work_by(const data::Particles& particles, int (*work)(const Vec3&)) {
  const auto x = to_host(particles.get<double>("position"));
  const Array1<int> amount("work", static_cast<std::size_t>(particles.num_owned()));
  const auto host = Kokkos::create_mirror_view(amount);
  for (int i = 0; i < particles.num_owned(); ++i) host(i) = work({x(i, 0), x(i, 1), x(i, 2)});
  Kokkos::deep_copy(amount, host);
  return amount;
}

int one(const Vec3&) { return 1; }

std::int64_t sum(const Array1<int>& work) {
  const auto host = to_host(work);
  return std::accumulate(host.data(), host.data() + host.extent(0), std::int64_t{0});
}

/// `count` places whose coordinates are f of even ones; each direction in an order of its own.
template <class F>
Arrangement stretched(int count, const F& f) {
  Arrangement all{"stretched", Box::orthogonal({0, 0, 0}, {1, 1, 1}), {}};
  const auto even = [&](int n, int factor) { return (n * factor % count + 0.5) / count; };
  for (int n = 0; n < count; ++n) all.places.push_back({f(even(n, 1)), f(even(n, 7919)), f(even(n, 104729))});
  return all;
}

Int3 row_along(int d) {
  Int3 grid{1, 1, 1};
  grid[d] = comm().size();
  return grid;
}

/// Balances, migrates, and compares the imbalance that was promised with what it has become.
data::BalancedTiling balance_and_migrate(const Tiling& tiling, data::Particles& particles, int (*work)(const Vec3&),
                                         const BalanceLimits& limits) {
  migrate(tiling, particles);
  auto better = balance(tiling, particles, work_by(particles, work), limits);
  migrate(better.tiling, particles);
  CHECK(data::imbalance_of(comm(), sum(work_by(particles, work))) == better.imbalance);
  return better;
}

}  // namespace

TEST_CASE("cuts lie where a known density has equal parts", "[data]") {
  // Coordinates are squares of even ones: a share s of all lies below s^2.
  constexpr int count = 5040;
  const auto squares = stretched(count, [](double s) { return s * s; });
  for (int d = 0; d < 3; ++d) {
    auto particles = spread(squares);
    const auto better = balance_and_migrate(Tiling(comm(), squares.box, row_along(d)), particles, one, {});
    const auto& cuts = better.tiling.cuts(d);
    for (int n = 1; n < comm().size(); ++n) {
      const double share = static_cast<double>(n) / comm().size();
      CHECK_THAT(cuts[static_cast<std::size_t>(n)], WithinAbs(share * share, 2.0 / count));
    }
    CHECK(better.imbalance == 1.0);  // all numbers of ranks divide the count
  }
}

TEST_CASE("a heavy particle counts as many light ones", "[data]") {
  const auto even = stretched(5040, [](double s) { return s; });
  auto particles = spread(even);
  // Three of four parts of the work lie below 1/2.
  const auto better = balance_and_migrate(Tiling(comm(), even.box, row_along(2)), particles,
                                          [](const Vec3& x) { return x[2] < 0.5 ? 3000 : 1000; }, {});
  const auto& cuts = better.tiling.cuts(2);
  for (int n = 1; n < comm().size(); ++n) {
    const double share = static_cast<double>(n) / comm().size();
    const double expected = share < 0.75 ? share / 1.5 : 0.5 + (share - 0.75) * 2.0;
    CHECK_THAT(cuts[static_cast<std::size_t>(n)], WithinAbs(expected, 2.0 / 5040));
  }
  CHECK(better.imbalance < 1.0 + 8.0 / 5040);
}

TEST_CASE("cuts resolve a cloud much smaller than the box", "[data]") {
  const auto small = stretched(5040, [](double s) { return 0.3 + 1e-3 * s; });
  auto particles = spread(small);
  const auto better = balance_and_migrate(Tiling(comm(), small.box, row_along(0)), particles, one, {});
  // Bins are 1e-6 wide, the cloud 1e-3: a thousandth of its particles may be on the wrong side.
  CHECK(better.imbalance < 1.0 + 4e-3);
  // A tile is not made thinner than half the halo: then a neighbour keeps what it has too much.
  auto again = spread(small);
  const auto wide = balance_and_migrate(Tiling(comm(), small.box, row_along(0)), again, one, {.halo_width = 0.08});
  const auto& cuts = wide.tiling.cuts(0);
  for (std::size_t n = 0; n + 1 < cuts.size(); ++n) CHECK(cuts[n + 1] - cuts[n] > 0.04 * (1.0 - 1e-12));
}

TEST_CASE("clouds in opposite corners need a row of tiles, which is taken if the grid is free", "[data]") {
  const int ranks = comm().size();
  auto corners = stretched(5040, [](double s) { return 0.2 + 0.1 * s; });
  for (std::size_t n = 0; n < corners.places.size(); n += 2)
    for (int c = 0; c < 3; ++c) corners.places[n][c] += 0.5;
  const auto grid = Tiling::best_grid(corners.box, ranks);
  const Tiling tiling(comm(), corners.box, grid);
  auto particles = spread(corners), others = spread(corners);
  const auto fixed = balance_and_migrate(tiling, particles, one, {.enough = 1.1});
  const auto free = balance_and_migrate(tiling, others, one, {.is_grid_free = true, .enough = 1.1});
  CHECK(free.imbalance < 1.02);
  if (ranks == 4) {
    CHECK(fixed.imbalance > 1.9);  // 1 x 2 x 2 tiles, of which two are empty
    CHECK(*std::max_element(&free.tiling.grid()[0], &free.tiling.grid()[0] + 3) == 4);
  }
}

TEST_CASE("no work, no particles, and particles beyond an open side are in order", "[data]") {
  for (const bool is_periodic : {true, false}) {
    Arrangement far{"far", cube(4.0, is_periodic), {}};
    auto particles = spread(far);
    const Tiling tiling(comm(), far.box);
    migrate(tiling, particles);
    CHECK(balance(tiling, particles, work_by(particles, one), {.is_grid_free = true}).imbalance == 1.0);
    CHECK(data::imbalance_of(comm(), 0) == 1.0);
    for (int n = 0; n < 24; ++n) far.places.push_back({5.0 + n, -100.0 * n, 2.0});
    auto some = spread(far);
    migrate(tiling, some);
    const auto better = balance(tiling, some, work_by(some, one), {.halo_width = 1.0, .is_grid_free = true});
    CHECK(better.imbalance >= 1.0);
    CHECK(better.imbalance <= comm().size());
    CHECK(better.imbalance <= data::imbalance_of(comm(), some.num_owned()) + 1e-12);
  }
}

TEST_CASE("tiles as thin as they may become still have a halo", "[data]") {
  const Box box = cube(10.0);
  for (const int tiles : {2, 3, 7, 16, 50})
    for (double width = 0.01; width * tiles / 10.0 < 9.0 && width < 25.0; width *= 1.7) {
      CAPTURE(tiles, width);
      const double least = data::least_width(box, 0, tiles, width);
      REQUIRE(least > 0.0);
      REQUIRE(least * tiles <= 1.0 + 1e-12);
      // All tiles but the last are as thin as can be.
      std::vector<double> cuts;
      for (int n = 0; n < tiles; ++n) cuts.push_back(least * n);
      cuts.push_back(1.0);
      for (int rank = 0; rank < tiles; ++rank) {
        auto tiling = Tiling::of_rank(comm(), box, {tiles, 1, 1}, rank);
        tiling.set_cuts(0, cuts);
        REQUIRE_NOTHROW(data::find_targets(tiling, 0, width / 10.0));
      }
    }
}
