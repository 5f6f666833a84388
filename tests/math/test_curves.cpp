// Differences and overlaps of curves, against those that can be written down.
#include "math/curves.hpp"

#include <cmath>

#include "catch.hpp"

using namespace tessera::math;

namespace {

/// A triangle of height 1 from middle - 1 to middle + 1, on [0, 10] with these intervals.
Curve triangle(double middle, int intervals, double factor = 1.0) {
  Curve curve;
  for (int n = 0; n <= intervals; ++n) {
    curve.x.push_back(10.0 * n / intervals);
    curve.y.push_back(factor * std::max(0.0, 1.0 - std::abs(curve.x.back() - middle)));
  }
  return curve;
}

}  // namespace

TEST_CASE("triangles that are apart overlap as geometry says", "[math]") {
  for (const int intervals : {20, 40}) {  // the second one also if its points are others
    const auto pair = on_common_range(triangle(4.0, 20), triangle(5.0, intervals, 3.0));
    CHECK(pair.x.size() == static_cast<std::size_t>(intervals + 1));
    CHECK_THAT(overlap(pair), WithinAbs(0.25, 1e-14));  // (1 - distance/2)^2, of normalised triangles
    CHECK_THAT(largest_difference(pair), WithinAbs(3.0, 1e-14));
  }
  const auto equal = on_common_range(triangle(4.0, 20), triangle(5.0, 20));
  CHECK_THAT(integrated_difference(equal), WithinAbs(1.5, 1e-14));  // 1 + 1 - 2/4, where lines cross between points
  CHECK_THAT(overlap(on_common_range(triangle(2.0, 20), triangle(2.0, 20, 0.1))), WithinAbs(1.0, 1e-14));
  CHECK_THAT(overlap(on_common_range(triangle(2.0, 20), triangle(6.0, 20))), WithinAbs(0.0, 1e-14));
  CHECK(std::isnan(overlap(on_common_range(triangle(2.0, 20), triangle(2.0, 20, 0.0)))));
}

TEST_CASE("curves are compared where both are known", "[math]") {
  const Curve longer{{0.0, 1.0, 2.0, 3.0}, {0.0, 1.0, 2.0, 30.0}}, shorter{{0.5, 1.5}, {1.0, 2.0}};
  const auto pair = on_common_range(longer, shorter);
  CHECK(pair.x == std::vector<double>{0.5, 1.0, 1.5});
  CHECK(pair.first == std::vector<double>{0.5, 1.0, 1.5});
  CHECK(pair.second == std::vector<double>{1.0, 1.5, 2.0});
  CHECK_THAT(integrated_difference(pair), WithinAbs(0.5, 1e-15));
  CHECK(on_common_range(longer, {{4.0, 5.0}, {1.0, 1.0}}).x.empty());
  CHECK(on_common_range(longer, {}).x.empty());
  const double third = 1.0 / 3.0;  // points that differ by rounding are one
  CHECK(on_common_range({{0.0, third, 1.0}, {0.0, 1.0, 0.0}}, {{0.0, third + 1e-16, 1.0}, {0.0, 1.0, 0.0}}).x.size() ==
        3);
}
