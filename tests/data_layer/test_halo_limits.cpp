#include <limits>

#include "arrangement.hpp"
#include "base/error.hpp"
#include "data/halo.hpp"
#include "data/halo_plan.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

std::string message_of_build(const Tiling& tiling, double width) {
  Particles particles = spread(gas("gas", tiling.box(), 20));
  migrate(tiling, particles);
  Halo halo;
  try {
    halo.build(tiling, particles, width);
  } catch (const Error& error) {
    return error.kind() == ErrorKind::input ? error.what() : "an error of another kind";
  }
  return "no error";
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Whether the tile of some rank has too many targets along x.
bool is_refused(const Box& box, const Int3& grid, const std::vector<double>& cuts, int rank, double reach) {
  Tiling tiling = Tiling::of_rank(comm(), box, grid, rank);
  tiling.set_cuts(0, cuts);
  try {
    find_targets(tiling, 0, reach);
  } catch (const Error&) {
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a halo that reaches too many tiles and images is refused with numbers", "[data]") {
  const Tiling tiling(comm(), cube(1), {comm().size(), 1, 1});
  for (const double width : {11.0, 1e3, 1e9, 1e40}) {
    const std::string message = message_of_build(tiling, width);
    INFO(message);
    REQUIRE_ALL(contains(message, "times as wide as the box along direction 0"));
    REQUIRE_ALL(contains(message, "at most 21 are possible"));
    REQUIRE_ALL(contains(message, "use fewer ranks, a larger box or a shorter cutoff"));
  }
  REQUIRE_ALL(message_of_build(Tiling(comm(), cube(1), {1, 1, comm().size()}), 2.0) == "no error");
}

TEST_CASE("an open box has no images: only tiles count", "[data]") {
  REQUIRE_ALL(message_of_build(Tiling(comm(), cube(1, false)), 1e9) == "no error");
}

TEST_CASE("absurd widths are refused", "[data]") {
  const Tiling tiling(comm(), cube(1, false));
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double width : {-1.0, infinity, -infinity, std::numeric_limits<double>::quiet_NaN(), 1e60}) {
    const std::string message = message_of_build(tiling, width);
    INFO(message);
    REQUIRE_ALL(contains(message, "a halo of width"));
  }
}

TEST_CASE("what only some ranks cannot reach is refused on all of them", "[data]") {
  const int size = comm().size();
  const Int3 grid{size, 1, 1};
  std::vector<double> cuts(static_cast<std::size_t>(size) + 1);
  for (std::size_t n = 0; n < cuts.size(); ++n) cuts[n] = 0.05 * static_cast<double>(n);
  cuts.back() = 1.0;
  int cases = 0;
  for (double reach = 0.5; reach < 12.0; reach += 0.03125) {
    int refused = 0;
    for (int rank = 0; rank < size; ++rank) refused += is_refused(cube(1), grid, cuts, rank, reach) ? 1 : 0;
    const bool is_decided_by_some = refused > 0 && refused < size;
    if (!is_decided_by_some || ++cases > 3) continue;
    Tiling tiling(comm(), cube(1), grid);
    tiling.set_cuts(0, cuts);
    const std::string message = message_of_build(tiling, reach);
    INFO(message);
    REQUIRE_ALL(contains(message, "at most 21 are possible"));
  }
  REQUIRE((size < 4 || cases > 0));  // with fewer tiles the limit falls on all of them at once
}

TEST_CASE("the first target is the tile itself, and all are different", "[data]") {
  for (const double reach : {0.0, 0.1, 0.5, 1.0, 2.5})
    for (const Int3 grid : {Int3{1, 1, 1}, Int3{1, 1, 3}}) {
      const Tiling tiling = Tiling::of_rank(comm(), cube(1), grid, grid[2] / 2);
      const auto targets = find_targets(tiling, 2, reach);
      REQUIRE((targets[0].tile == tiling.coordinates()[2] && targets[0].image == 0));
      for (std::size_t a = 0; a < targets.size(); ++a)
        for (std::size_t b = 0; b < a; ++b)
          REQUIRE_FALSE((targets[a].tile == targets[b].tile && targets[a].image == targets[b].image));
    }
}
