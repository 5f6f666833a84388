#include "data/mesh.hpp"

#include <numeric>

#include "fields.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

TEST_CASE("blocks cover the mesh once, whatever its shape", "[data]") {
  for (const auto& kind : mesh_kinds()) {
    INFO(kind.name);
    const Mesh mesh = make_mesh(kind);
    REQUIRE_ALL(mesh.local_cells() > 0);
    REQUIRE(comm().all_reduce(mesh.local_cells(), Op::sum) == mesh.total_cells());
    for (int d = 0; d < 3; ++d) {
      const auto n = static_cast<std::size_t>(d);
      REQUIRE((mesh.first_of(d, 0) == 0 && mesh.first_of(d, mesh.tiling().grid()[d]) == mesh.num_cells()[n]));
      REQUIRE_ALL(mesh.first()[n] + mesh.count()[d] == mesh.first_of(d, mesh.tiling().coordinates()[d] + 1));
    }
  }
}

TEST_CASE("coordinates and indices belong to one another", "[data]") {
  const auto mesh = [](std::array<bool, 3> periodic, Centring centring) {
    return make_mesh({"line", {12, 8}, periodic, {0, 0, 0}, false, centring});
  };
  const std::array<bool, 3> all{true, true, true}, none{false, false, false};
  const Mesh cells = mesh(all, Centring::cell), nodes = mesh(all, Centring::node), ends = mesh(none, Centring::node);
  // The box is [-1, 2) x [0.5, 2.5).
  REQUIRE((cells.spacing(0) == 0.25 && cells.spacing(1) == 0.25 && cells.cell_volume() == 0.0625));
  REQUIRE((cells.coordinate(0, 0) == -0.875 && cells.coordinate(0, 11) == 1.875 && cells.coordinate(1, -1) == 0.375));
  REQUIRE((nodes.coordinate(0, 0) == -1.0 && nodes.coordinate(0, 11) == 1.75));
  REQUIRE((ends.coordinate(0, 0) == -1.0 && ends.coordinate(0, 11) == Approx(2.0)));
  REQUIRE((ends.spacing(0) == Approx(3.0 / 11.0) && ends.weight(0, 0) == 0.5 && ends.weight(0, 11) == 0.5));
  REQUIRE((ends.weight(0, 1) == 1.0 && nodes.weight(0, 0) == 1.0 && ends.weight(2, 0) == 1.0));
  for (const auto* one : {&cells, &nodes, &ends})
    for (std::int64_t i = 0; i < 12; ++i) {
      REQUIRE(one->index_at(0, one->coordinate(0, i)) == i);
      REQUIRE(one->index_at(0, one->coordinate(0, i) + 0.49 * one->spacing(0)) == i);
    }
  REQUIRE((cells.index_at(0, 2.1) == 0 && cells.index_at(0, -1.1) == 11 && ends.index_at(0, 2.3) == 12));
  REQUIRE((cells.is_same_as(cells) && !cells.is_same_as(nodes) && !nodes.is_same_as(ends)));
}

TEST_CASE("a grid of blocks has cells in all of them", "[data]") {
  const auto grid = [](const std::vector<std::int64_t>& cells, int ranks) {
    const Int3 g = Mesh::best_grid(cells, ranks);
    return std::vector<int>{g[0], g[1], g[2]};
  };
  REQUIRE(grid({100}, 8) == std::vector<int>{8, 1, 1});
  REQUIRE(grid({8, 8}, 4) == std::vector<int>{2, 2, 1});
  REQUIRE(grid({64, 2}, 8) == std::vector<int>{8, 1, 1});
  REQUIRE(grid({16, 16, 16}, 8) == std::vector<int>{2, 2, 2});
  REQUIRE(grid({3, 2, 2}, 12) == std::vector<int>{3, 2, 2});
  REQUIRE_THROWS_WITH(grid({7}, 8), Contains("a mesh of 7 x 1 x 1 cells cannot be cut into 8 blocks"));
  REQUIRE_THROWS_WITH(grid({4, 4, 4}, 7), Contains("cannot be cut into 7 blocks") && Contains("smaller factors"));
}

TEST_CASE("a mesh that cannot be is refused with the reason", "[data]") {
  const Box box = Box::orthogonal({0, 0, 0}, {1, 1, 1}, {false, true, true});
  const auto make = [&](const std::vector<std::int64_t>& cells, Centring centring = Centring::cell) {
    return Mesh(Tiling(comm(), box, {comm().size(), 1, 1}), cells, centring);
  };
  REQUIRE_THROWS_WITH(make({}), Contains("a mesh of 0 directions; expected 1 to 3"));
  REQUIRE_THROWS_WITH(make({1, 1, 1, 1}), Contains("a mesh of 4 directions"));
  REQUIRE_THROWS_WITH(make({8, 0}), Contains("a mesh of 0 cells along direction 1"));
  REQUIRE_THROWS_WITH(make({std::int64_t{1} << 41}), Contains("along direction 0; expected 1 to 1099511627776"));
  REQUIRE_THROWS_WITH(make({std::int64_t{1} << 40, std::int64_t{1} << 40}), Contains("at most 9e18"));
  if (comm().size() > 1) {
    REQUIRE_THROWS_WITH(make({comm().size() - 1}), Contains("has no cells: use at most as many ranks as cells"));
    REQUIRE_THROWS_WITH(Mesh(Tiling(comm(), box, {1, 1, comm().size()}), {8, 8}), Contains("along direction 2"));
  } else {
    REQUIRE_THROWS_WITH(make({1}, Centring::node), Contains("1 node along the open direction 0"));
  }
  const double tilted[3][3] = {{1, 0, 0}, {0.5, 1, 0}, {0, 0, 1}};
  REQUIRE_THROWS_WITH(Mesh(comm(), Box::triclinic({0, 0, 0}, tilted), {8, 8}), Contains("along the axes"));
  const double turned[3][3] = {{-1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  REQUIRE_THROWS_WITH(Mesh(comm(), Box::triclinic({0, 0, 0}, turned), {8, 8}), Contains("along the axes"));
}
