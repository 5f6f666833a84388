#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/random.hpp"
#include "catch.hpp"
#include "data/tiling.hpp"

using namespace tessera;
using namespace tessera::data;

namespace {

const Box unit = Box::orthogonal({0, 0, 0}, {1, 1, 1});

bool equal(const Int3& a, const Int3& b) { return a[0] == b[0] && a[1] == b[1] && a[2] == b[2]; }

double surface(const Box& box, const Int3& grid) {
  const double h[3] = {box.height(0) / grid[0], box.height(1) / grid[1], box.height(2) / grid[2]};
  return h[0] * h[1] + h[1] * h[2] + h[2] * h[0];
}

}  // namespace

TEST_CASE("the best grid has the least surface", "[data]") {
  REQUIRE(equal(Tiling::best_grid(unit, 1), {1, 1, 1}));
  REQUIRE(equal(Tiling::best_grid(unit, 2), {1, 1, 2}));
  REQUIRE(equal(Tiling::best_grid(unit, 8), {2, 2, 2}));
  REQUIRE(equal(Tiling::best_grid(Box::orthogonal({0, 0, 0}, {100, 1, 1}), 7), {7, 1, 1}));
  REQUIRE(equal(Tiling::best_grid(Box::orthogonal({0, 0, 0}, {10, 10, 0.1}), 4), {2, 2, 1}));
  const double vectors[3][3] = {{4, 0, 0}, {3, 5, 0}, {-2, 2.5, 60}};
  const Box tilted = Box::triclinic({0, 0, 0}, vectors);
  for (const int tiles : {3, 12, 30, 97, 4096}) {
    const Int3 best = Tiling::best_grid(tilted, tiles);
    REQUIRE(best[0] * best[1] * best[2] == tiles);
    for (int nx = 1; nx <= tiles; ++nx)
      for (int ny = 1; nx * ny <= tiles; ++ny)
        if (tiles % (nx * ny) == 0)
          REQUIRE(surface(tilted, best) <= surface(tilted, {nx, ny, tiles / nx / ny}) * (1 + 1e-9));
  }
}

TEST_CASE("tiles fill the box, and each point has one owner that contains it", "[data]") {
  const auto& comm = test::comm();
  for (const Int3 grid : {Int3{comm.size(), 1, 1}, Int3{1, comm.size(), 1}, Tiling::best_grid(unit, comm.size())}) {
    Tiling tiling(comm, unit, grid);
    for (int d = 0; d < 3; ++d) {
      auto cuts = tiling.cuts(d);
      for (auto& cut : cuts) cut *= cut;
      tiling.set_cuts(d, cuts);
    }
    const Random random(4, RandomPurpose::test);
    for (std::uint64_t n = 0; n < 200; ++n) {
      const Vec3 s{random.uniform(n, 0).first, random.uniform(n, 0).second, random.uniform(n, 1).first};
      const int owner = tiling.owner(s);
      bool is_inside = true;
      for (int d = 0; d < 3; ++d) is_inside = is_inside && tiling.low(d) <= s[d] && s[d] < tiling.high(d);
      REQUIRE_ALL(is_inside == (owner == comm.rank()));
    }
  }
}

TEST_CASE("points on cuts belong to the upper tile, points outside to the outermost", "[data]") {
  const auto& comm = test::comm();
  const int size = comm.size();
  const Tiling tiling(comm, unit, {1, 1, size});
  REQUIRE_ALL(tiling.owner({0, 0, tiling.low(2)}) == comm.rank());
  REQUIRE_ALL(tiling.owner({0, 0, std::nextafter(tiling.high(2), 0.0)}) == comm.rank());
  for (const double below : {0.0, -1e-17, -0.5, -1e9}) REQUIRE(tiling.owner({0.5, 0.5, below}) == 0);
  for (const double above : {1.0, 1.0 + 1e-16, 1.5, 1e9}) REQUIRE(tiling.owner({0.5, 0.5, above}) == size - 1);
}

TEST_CASE("every rank can see the tiling as another one does", "[data]") {
  const auto& comm = test::comm();
  const Int3 grid{2, 3, 4};
  for (int rank = 0; rank < 24; ++rank) {
    const Tiling tiling = Tiling::of_rank(comm, unit, grid, rank);
    REQUIRE(tiling.rank() == rank);
    REQUIRE(tiling.rank_of(tiling.coordinates()) == rank);
    REQUIRE(tiling.owner({0.5 * (tiling.low(0) + tiling.high(0)), 0.5 * (tiling.low(1) + tiling.high(1)),
                          0.5 * (tiling.low(2) + tiling.high(2))}) == rank);
  }
}

TEST_CASE("grids that do not fit are refused", "[data]") {
  const auto& comm = test::comm();
  REQUIRE_THROWS_WITH(Tiling(comm, unit, {5, 1, 1}), Contains("5 x 1 x 1") && Contains("ranks"));
  REQUIRE_THROWS_WITH(Tiling(comm, unit, {0, 1, 1}), Contains("0 x 1 x 1"));
  REQUIRE_THROWS_WITH(Tiling(comm, unit, {-1, -comm.size(), 1}), Contains("between 1 and"));
  REQUIRE_THROWS_WITH(Tiling(comm, unit, {65536, 65536, comm.size()}), Contains("65536"));
  REQUIRE_THROWS_WITH(Tiling(comm, unit, {std::numeric_limits<int>::max(), 1, 1}), Contains("between 1 and"));
}

TEST_CASE("cuts that do not rise from 0 to 1 are refused", "[data]") {
  Tiling tiling = Tiling::of_rank(test::comm(), unit, {1, 1, 3}, 0);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& cuts : std::vector<std::vector<double>>{{},
                                                           {0, 1},
                                                           {0, 0.5, 0.5, 1},
                                                           {0, 0.6, 0.5, 1},
                                                           {0, nan, 0.5, 1},
                                                           {0.1, 0.2, 0.5, 1},
                                                           {0, 0.2, 0.5, 1.1},
                                                           {0, 0.2, 0.5, nan},
                                                           {0, 0.2, 0.4, 0.6, 1}})
    REQUIRE_THROWS_WITH(tiling.set_cuts(2, cuts), Contains("direction 2") && Contains("4 rising numbers"));
  tiling.set_cuts(2, {0, 0.125, 0.5, 1});
  REQUIRE(tiling.high(2) == 0.125);
}
