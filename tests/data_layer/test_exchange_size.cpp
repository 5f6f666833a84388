// What the model says a rank sends, against plans that ranks of large machines make, one at a time and alone.
#include "data/exchange_size.hpp"

#include <cmath>
#include <vector>

#include "base/random.hpp"
#include "catch.hpp"
#include "data/halo.hpp"

using namespace tessera;
using namespace tessera::data;

namespace {

constexpr double edge = 10.0;  // of a tile

struct Machine {
  Box box;
  Int3 grid;
  double tile_volume() const { return box.volume() / (grid[0] * grid[1] * grid[2]); }
  int ranks() const { return grid[0] * grid[1] * grid[2]; }
  Tiling tiling(int rank) const { return Tiling::of_rank(test::comm(), box, grid, rank); }
};

/// 1,024 ranks.
Machine large(std::array<bool, 3> periodic = {true, true, true}) {
  return {Box::orthogonal({-3.0, 0.0, 7.0}, {8 * edge, 8 * edge, 16 * edge}, periodic), {8, 8, 16}};
}

/// The particles of one tile alone.
Particles make_particles(const std::vector<Vec3>& places) {
  Particles particles(test::comm());
  add_standard_columns(particles);
  particles.resize_owned(static_cast<std::int64_t>(places.size()));
  const auto position = particles.get<double>("position");
  const auto host = Kokkos::create_mirror_view(position);
  for (std::size_t i = 0; i < places.size(); ++i)
    for (int c = 0; c < 3; ++c) host(i, c) = places[i][c];
  Kokkos::deep_copy(position, host);
  return particles;
}

/// n^3 planes apart by edge / n, the first ones half of that beside the cuts.
Particles lattice_of_tile(const Tiling& tiling, int n) {
  std::vector<Vec3> places;
  for (int z = 0; z < n; ++z)
    for (int y = 0; y < n; ++y)
      for (int x = 0; x < n; ++x) {
        const int at[3] = {x, y, z};
        Vec3 s;
        for (int d = 0; d < 3; ++d) s[d] = tiling.low(d) + (tiling.high(d) - tiling.low(d)) * (at[d] + 0.5) / n;
        places.push_back(tiling.box().to_cartesian(s));
      }
  return make_particles(places);
}

Particles gas_of_tile(const Tiling& tiling, int count) {
  const Random random(11, RandomPurpose::test);
  std::vector<Vec3> places;
  for (int i = 0; i < count; ++i) {
    const auto [a, b] = random.uniform(static_cast<std::uint64_t>(i), 0);
    const double u[3] = {a, b, random.uniform(static_cast<std::uint64_t>(i), 1).first};
    Vec3 s;
    for (int d = 0; d < 3; ++d) s[d] = tiling.low(d) + u[d] * (tiling.high(d) - tiling.low(d));
    places.push_back(tiling.box().to_cartesian(s));
  }
  return make_particles(places);
}

ExchangeSize planned(const Tiling& tiling, const Particles& particles, double width) {
  ExchangeSize size;
  for (const auto& [rank, count] : Halo::count_sends(tiling, particles, width)) {
    if (rank == tiling.rank()) continue;
    size.rows += count;
    size.messages += 1.0;
  }
  return size;
}

}  // namespace

TEST_CASE("what a rank of 1,024 plans to send is predicted exactly for a lattice in line with the tiles", "[data]") {
  const int n = 10;  // planes a tile: one apart
  const double width = GENERATE(1.0, 3.0, 10.0, 13.0);
  const auto periodic = GENERATE(std::array<bool, 3>{true, true, true}, std::array<bool, 3>{true, false, false});
  const Machine machine = large(periodic);
  const double total = std::pow(n, 3) * machine.ranks();
  for (const int rank : {0, 7, 300, 511, 777, 1023}) {
    const Tiling tiling = machine.tiling(rank);
    const auto plan = planned(tiling, lattice_of_tile(tiling, n), width);
    const auto model = halo_size(tiling, total, width);
    INFO("rank " << rank << ", width " << width);
    CHECK(plan.rows > 0.0);
    CHECK_THAT(model.rows, WithinRel(plan.rows, 1e-9));
    // Reaches have a slack of 1e-12 of the box, in which one of a million particles may lie.
    // A corner one plane wide holds one particle here, but none with a probability of 1/e in a gas.
    if (width >= 3.0) CHECK_THAT(model.messages, WithinRel(plan.messages, 1e-6));
  }
}

TEST_CASE("hand-counted halos: slabs, two tiles in a row, and a tile alone", "[data]") {
  const Box box = Box::orthogonal({0, 0, 0}, {40, 10, 10});
  const auto size = [&](Int3 grid, int rank, double width) {
    return halo_size(Tiling::of_rank(test::comm(), box, grid, rank), 4000.0, width);
  };
  // Four slabs 10 thick, one particle a volume: 2 of 10 x 10 to each side; what goes around the box in y and z as well.
  const double around = 14.0 * 14.0;  // 10 + 2 * 2 squared
  CHECK(size({4, 1, 1}, 1, 2.0).rows == Approx(2 * 2 * around));
  CHECK(size({4, 1, 1}, 1, 2.0).messages == Approx(2.0));
  // Two tiles: both sides go to the same rank in one message.
  CHECK(size({2, 1, 1}, 0, 2.0).rows == Approx(2 * 2 * around));
  CHECK(size({2, 1, 1}, 0, 2.0).messages == Approx(1.0));
  // Wider than a slab: all of it to the neighbours, half of it to those behind them, which are one and the same.
  CHECK(size({4, 1, 1}, 1, 15.0).rows == Approx((2 * 10 + 2 * 5) * 40.0 * 40.0));
  CHECK(size({4, 1, 1}, 1, 15.0).messages == Approx(3.0));
  CHECK(size({1, 1, 1}, 0, 2.0).rows == 0.0);
  CHECK(size({1, 1, 1}, 0, 2.0).messages == 0.0);
}

TEST_CASE("a rank of 1,024 in a gas sends within 5 % of what the model says, also in a tilted box", "[data]") {
  const int count = 40000;
  const double tilted_cell[3][3] = {{80, 0, 0}, {20, 80, 0}, {10, -30, 160}};
  const bool is_tilted = GENERATE(false, true);
  Machine machine = large();
  if (is_tilted) machine.box = Box::triclinic({0, 0, 0}, tilted_cell);
  const double width = GENERATE(0.7, 3.5);
  for (const int rank : {5, 640}) {
    const Tiling tiling = machine.tiling(rank);
    const auto plan = planned(tiling, gas_of_tile(tiling, count), width);
    const auto model = halo_size(tiling, 1.0 * count * machine.ranks(), width);
    // 17,000 and more copies of independent places: five standard errors are below 4 %.
    CHECK_THAT(model.rows, WithinRel(plan.rows, 0.05));
    CHECK_THAT(model.messages, WithinRel(plan.messages, 0.05));
  }
}

TEST_CASE("messages to corners that may be empty count with their probability", "[data]") {
  const Machine machine = large();
  const Tiling tiling = machine.tiling(300);
  // 20 particles a tile: 2 within a face 1 wide, 0.2 along an edge, 0.02 in a corner.
  const double expected = 6 * (1 - std::exp(-2.0)) + 12 * (1 - std::exp(-0.2)) + 8 * (1 - std::exp(-0.02));
  CHECK_THAT(halo_size(tiling, 20.0 * machine.ranks(), 1.0).messages, WithinRel(expected, 1e-9));
}

TEST_CASE("a mesh exchange is counted exactly: hand-counted cases", "[data]") {
  const auto size = [](std::array<bool, 3> periodic, Int3 grid, int rank, std::array<std::int64_t, 3> cells,
                       std::int64_t layers) {
    const Box box = Box::orthogonal({0, 0, 0}, {1, 1, 1}, periodic);
    return mesh_exchange_size(Tiling::of_rank(test::comm(), box, grid, rank), cells, layers);
  };
  const std::array<bool, 3> all{true, true, true}, none{false, false, false};
  // 27 tiles of 4^3 cells, one layer: 6 faces of 16, 12 edges of 4, 8 corners.
  CHECK(size(all, {3, 3, 3}, 13, {12, 12, 12}, 1).rows == 6 * 16 + 12 * 4 + 8);
  CHECK(size(all, {3, 3, 3}, 13, {12, 12, 12}, 1).messages == 26);
  CHECK(size(all, {3, 3, 3}, 0, {12, 12, 12}, 1).rows == 6 * 16 + 12 * 4 + 8);
  // Nothing beyond open sides: a corner tile has 3 faces, 3 edges and 1 corner to others.
  CHECK(size(none, {3, 3, 3}, 0, {12, 12, 12}, 1).rows == 3 * 16 + 3 * 4 + 1);
  CHECK(size(none, {3, 3, 3}, 0, {12, 12, 12}, 1).messages == 7);
  // Two layers of 2 x 4 cells in the plane; the third direction is neither cut nor periodic.
  CHECK(size({true, true, false}, {4, 2, 1}, 1, {8, 8, 1}, 2).rows == (2 * 2) * 4 + (2 * 2) * 2 + 4 * 2 * 2);
  CHECK(size({true, true, false}, {4, 2, 1}, 1, {8, 8, 1}, 2).messages == 5);
  // 10 cells on 4 tiles: cuts at 2.5 and 7.5 are rounded to 3, 5 and 8, so tiles have 3, 2, 3 and 2 cells.
  CHECK(size(none, {4, 1, 1}, 1, {10, 1, 1}, 2).rows == 2 + 2);
  CHECK(size(none, {4, 1, 1}, 2, {10, 1, 1}, 3).rows == 3 + 3 + 1);
  CHECK(size(none, {4, 1, 1}, 2, {10, 1, 1}, 3).messages == 3);
  // More tiles than cells: those without any neither want nor give.
  CHECK(size(none, {4, 1, 1}, 0, {2, 1, 1}, 1).rows + size(none, {4, 1, 1}, 1, {2, 1, 1}, 1).rows +
            size(none, {4, 1, 1}, 2, {2, 1, 1}, 1).rows + size(none, {4, 1, 1}, 3, {2, 1, 1}, 1).rows ==
        2);
  CHECK(size(all, {3, 3, 3}, 13, {12, 12, 12}, 0).rows == 0.0);
  CHECK(size(all, {3, 3, 3}, 13, {12, 12, 12}, 0).messages == 0.0);
  CHECK_THROWS_WITH(size(all, {3, 3, 3}, 13, {12, 12, 12}, -1), Contains("-1 layers"));
  CHECK_THROWS_WITH(size(all, {3, 3, 3}, 13, {12, 0, 12}, 1), Contains("direction 1"));
}

TEST_CASE("a mesh exchange on uneven cuts is what going through all cells finds", "[data]") {
  const Box box = Box::orthogonal({0, 0, 0}, {1, 2, 3}, {true, false, true});
  const std::array<std::int64_t, 3> cells{7, 9, 5};
  const Int3 grid{2, 3, 2};
  const std::int64_t layers = GENERATE(1, 2, 4);
  for (int rank = 0; rank < 12; ++rank) {
    const auto tile = [&](int r) {
      Tiling tiling = Tiling::of_rank(test::comm(), box, grid, r);
      tiling.set_cuts(0, {0, 0.37, 1});
      tiling.set_cuts(1, {0, 0.2, 0.9, 1});
      tiling.set_cuts(2, {0, 0.61, 1});
      return tiling;
    };
    const Tiling mine = tile(rank);
    // Ghost cells of every other rank that lie, once wrapped, in my cells.
    double rows = 0.0, messages = 0.0;
    for (int other = 0; other < 12; ++other) {
      if (other == rank) continue;
      const Tiling theirs = tile(other);
      double ghosts = 1.0;  // of all combinations of indices that are mine, less those inside their own tile: none
      for (int d = 0; d < 3; ++d) {
        const auto n = cells[static_cast<std::size_t>(d)];
        const auto first = [&](const Tiling& t, int upper) { return first_cell(t, d, n, t.coordinates()[d] + upper); };
        double count = 0.0;
        for (std::int64_t i = first(theirs, 0) - layers; i < first(theirs, 1) + layers; ++i) {
          if (!box.is_periodic[d] && (i < 0 || i >= n)) continue;
          const std::int64_t wrapped = ((i % n) + n) % n;
          count += wrapped >= first(mine, 0) && wrapped < first(mine, 1) ? 1.0 : 0.0;
        }
        ghosts *= count;
      }
      rows += ghosts;
      messages += ghosts > 0.0 ? 1.0 : 0.0;
    }
    const auto size = mesh_exchange_size(mine, cells, layers);
    CHECK(size.rows == rows);
    CHECK(size.messages == messages);
  }
}
