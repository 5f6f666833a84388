// Steps along lines whose shape is known.
#include <cmath>

#include "base/error.hpp"
#include "catch.hpp"
#include "math/line_search.hpp"

using namespace tessera;
using math::LinePoint;

namespace {

/// -x / (x^2 + 2): More and Thuente's first function, whose lowest point is at the root of 2.
LinePoint dip(double x) {
  const double square = x * x + 2.0;
  return {-x / square, (x * x - 2.0) / (square * square)};
}

}  // namespace

TEST_CASE("steps that are too short or too long are mended") {
  if (!math::can_search_lines()) return;
  for (const double first : {1e-3, 0.1, 1.0, 10.0, 1000.0}) {
    CAPTURE(first);
    int calls = 0;
    const auto count = [&](double x) {
      ++calls;
      return dip(x);
    };
    const auto found = math::search_line(count, dip(0.0), first, 1e4, "a dip");
    CHECK(found.is_found);
    CHECK(found.point.value <= 1e-4 * found.step * dip(0.0).slope);
    CHECK(std::abs(found.point.slope) <= 0.9 * std::abs(dip(0.0).slope));
    CHECK(found.point.value == dip(found.step).value);
    CHECK(calls <= 8);
  }
}

TEST_CASE("no step is longer than it may be") {
  if (!math::can_search_lines()) return;
  double furthest = 0.0;
  const auto down = [&](double x) {
    furthest = std::max(furthest, x);
    return LinePoint{-x, -1.0};
  };
  const auto found = math::search_line(down, {0.0, -1.0}, 0.1, 3.0, "a slope");
  CHECK(found.is_found);
  CHECK(found.step <= 3.0);
  CHECK(furthest <= 3.0);
}

TEST_CASE("where nothing is lower, the step is 0, and errors come through") {
  if (!math::can_search_lines()) return;
  const auto up = [](double x) { return LinePoint{x, 1.0}; };
  const auto found = math::search_line(up, {0.0, -1.0}, 0.1, 3.0, "a wall");
  CHECK_FALSE(found.is_found);
  CHECK(found.step == 0.0);
  const auto thrower = [](double) -> LinePoint { throw Error::numeric("nothing here"); };
  CHECK_THROWS_WITH(math::search_line(thrower, {0.0, -1.0}, 0.1, 3.0, "it"), Catch::Contains("nothing here"));
}

TEST_CASE("without PETSc a search says what it lacks") {
  if (math::can_search_lines()) return;
  CHECK_THROWS_WITH(math::search_line(dip, dip(0.0), 0.1, 3.0, "it"), Catch::Contains("TESSERA_PETSC=OFF"));
}
