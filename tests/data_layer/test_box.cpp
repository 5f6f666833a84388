#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/random.hpp"
#include "catch.hpp"
#include "data/box.hpp"

using namespace tessera;
using namespace tessera::data;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
using Vectors = double[3][3];

Box tilted_box() {
  const Vectors vectors = {{4, 0, 0}, {3, 5, 0}, {-2, 2.5, 6}};
  return Box::triclinic({1, -2, 0.5}, vectors);
}

Box left_handed_box() {
  const Vectors vectors = {{0, 4, 1}, {5, 0, 0}, {0, 0.5, 6}};
  return Box::triclinic({0, 0, 0}, vectors);
}

Vec3 random_point(int n, double size) {
  const Random random(3, RandomPurpose::test);
  const auto u = random.uniform(static_cast<std::uint64_t>(n), 0), v = random.uniform(static_cast<std::uint64_t>(n), 1);
  return {size * (u.first - 0.5), size * (u.second - 0.5), size * (v.first - 0.5)};
}

double distance(const Vec3& a, const Vec3& b) { return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]); }
double length(const Vec3& a) { return distance(a, {0, 0, 0}); }

/// The shortest of all images, by trying them.
double shortest_image(const Box& box, const Vec3& dx) {
  double least = infinity;
  for (int x = -6; x <= 6; ++x)
    for (int y = -6; y <= 6; ++y)
      for (int z = -6; z <= 6; ++z) {
        const Int3 n{box.is_periodic[0] ? x : 0, box.is_periodic[1] ? y : 0, box.is_periodic[2] ? z : 0};
        least = std::min(least, distance(dx, box.shift(n)));
      }
  return least;
}

}  // namespace

TEST_CASE("volume and heights of known boxes", "[data]") {
  const Box orthogonal = Box::orthogonal({1, 2, 3}, {2, 3, 4});
  REQUIRE(orthogonal.is_orthogonal());
  REQUIRE(orthogonal.volume() == Approx(24.0));
  for (int d = 0; d < 3; ++d) REQUIRE(orthogonal.height(d) == Approx(2.0 + d));
  REQUIRE_FALSE(tilted_box().is_orthogonal());
  REQUIRE(tilted_box().volume() == Approx(120.0));
  REQUIRE(tilted_box().height(2) == Approx(6.0));
  REQUIRE(left_handed_box().volume() == Approx(5.0 * 23.5));
}

TEST_CASE("fractional and Cartesian coordinates are inverse to each other", "[data]") {
  for (const Box& box : {Box::orthogonal({1, 2, 3}, {2, 3, 4}), tilted_box(), left_handed_box()})
    for (int n = 0; n < 100; ++n) {
      const Vec3 x = random_point(n, 50.0);
      REQUIRE(distance(box.to_cartesian(box.to_fractional(x)), x) < 1e-13);
    }
}

TEST_CASE("wrapping moves a point by whole cells into the box", "[data]") {
  for (Box box : {Box::orthogonal({1, 2, 3}, {2, 3, 4}), tilted_box(), left_handed_box()})
    for (const bool open : {false, true})
      for (int n = 0; n < 200; ++n) {
        box.is_periodic[1] = !open;
        const Vec3 before = random_point(n, 100.0);
        Vec3 x = before;
        const Int3 crossed = box.wrap(x);
        const Vec3 s = box.to_fractional(x), back = box.shift(crossed);
        REQUIRE(distance({x[0] + back[0], x[1] + back[1], x[2] + back[2]}, before) < 1e-13);
        for (int d = 0; d < 3; ++d) {
          if (!box.is_periodic[d]) REQUIRE(crossed[d] == 0);
          if (box.is_periodic[d]) REQUIRE((s[d] > -1e-15 && s[d] < 1.0 + 1e-15));
        }
      }
}

TEST_CASE("wrapping again changes nothing, on edges and a rounding error beside them", "[data]") {
  for (const double edge : {1.0, 3.0, 7.3, 1.0 / 3.0, 1e-9, 1e9})
    for (const double low : {0.0, -0.5, 0.1, 1e3}) {
      const Box box = Box::orthogonal({low * edge, low * edge, low * edge}, {edge, edge, edge});
      for (const double s : {0.0, -1e-17, 1e-17, -1e-16, 1.0, 1.0 - 1e-16, 1.0 + 2e-16, -1.0, 2.0, -3.0 - 4e-16}) {
        const double start = (low + s) * edge;
        Vec3 x{start, std::nextafter(start, infinity), std::nextafter(start, -infinity)};
        box.wrap(x);
        Vec3 again = x;
        const Int3 crossed = box.wrap(again);
        for (int d = 0; d < 3; ++d) {
          REQUIRE(again[d] == x[d]);
          REQUIRE(crossed[d] == 0);
          const double rounding = 4e-16 * (1.0 + std::abs(low));
          REQUIRE(std::abs(box.to_fractional(x)[d] - 0.5) <= 0.5 + rounding);
        }
      }
    }
}

TEST_CASE("a point from very far ends in the box, not beside it", "[data]") {
  for (const Box& box : {Box::orthogonal({1, 2, 3}, {0.7, 3.1, 4.3}), tilted_box(), left_handed_box()})
    for (const double far : {1e3, 1e6, 1e8}) {
      Vec3 x = random_point(7, far);
      REQUIRE(box.can_follow(x));
      box.wrap(x);
      for (int d = 0; d < 3; ++d) REQUIRE(std::abs(box.to_fractional(x)[d] - 0.5) < 0.5 + 1e-15);
    }
}

TEST_CASE("what is not finite or absurdly far cannot be followed", "[data]") {
  Box open = tilted_box();
  open.is_periodic[0] = open.is_periodic[1] = open.is_periodic[2] = false;
  for (const Box& box : {Box::orthogonal({0, 0, 0}, {1, 1, 1}), tilted_box(), open}) {
    REQUIRE(box.can_follow({1e6, -1e6, 1e6}));
    for (const double value : {not_a_number, infinity, -infinity, 1e11, -1e300})
      for (int d = 0; d < 3; ++d) {
        Vec3 x{0, 0, 0};
        x[d] = value;
        REQUIRE_FALSE(box.can_follow(x));
      }
    REQUIRE_FALSE(box.can_follow({-infinity, -infinity, -infinity}));
  }
}

TEST_CASE("the minimum image is the shortest one", "[data]") {
  Box slab = Box::orthogonal({0, 0, 0}, {2, 3, 4});
  slab.is_periodic[2] = false;
  for (const Box& box : {Box::orthogonal({1, 2, 3}, {2, 3, 4}), slab})
    for (int n = 0; n < 100; ++n) {
      const Vec3 dx = random_point(n, 10.0);
      REQUIRE(length(box.minimum_image(dx)) == Approx(shortest_image(box, dx)));
    }
  for (const Box& box : {tilted_box(), left_handed_box()}) {
    const double half = 0.5 * std::min({box.height(0), box.height(1), box.height(2)});
    int compared = 0;
    for (int n = 0; n < 300; ++n) {
      const Vec3 dx = random_point(n, 15.0);
      const double shortest = shortest_image(box, dx);
      if (shortest > half) continue;
      ++compared;
      REQUIRE(length(box.minimum_image(dx)) == Approx(shortest));
    }
    REQUIRE(compared > 20);
  }
}

TEST_CASE("absurd boxes are refused", "[data]") {
  for (const double edge : {0.0, -1.0, not_a_number, infinity, 1e200, 1e-200}) {
    INFO(edge);
    REQUIRE_THROWS_WITH(Box::orthogonal({0, 0, 0}, {1, edge, 1}), Contains("length") || Contains("not finite"));
    const Vectors vectors = {{1, 0, 0}, {0, 1, 0}, {0, 0, edge}};
    if (edge != -1.0) REQUIRE_THROWS_WITH(Box::triclinic({0, 0, 0}, vectors), Contains("cell vector 2"));
  }
  const Vectors parallel = {{1, 2, 3}, {2, 4, 6}, {0, 0, 1}};
  REQUIRE_THROWS_WITH(Box::triclinic({0, 0, 0}, parallel), Contains("do not span a volume"));
  const Vectors in_a_plane = {{1, 0, 0}, {0, 1, 0}, {1, 1, 0}};
  REQUIRE_THROWS_WITH(Box::triclinic({0, 0, 0}, in_a_plane), Contains("do not span a volume"));
  for (const double place : {not_a_number, infinity, 1e12})
    REQUIRE_THROWS_WITH(Box::orthogonal({0, place, 0}, {1, 1, 1}), Contains("too few digits"));
}

TEST_CASE("boxes of all sensible sizes are accepted", "[data]") {
  for (const double edge : {1e-30, 1e-10, 1.0, 1e20, 1e40}) {
    const Box box = Box::orthogonal({edge, edge, edge}, {edge, 2 * edge, 3 * edge});
    REQUIRE(box.height(1) == Approx(2 * edge));
    Vec3 x{4.5 * edge, 0, 0};
    REQUIRE(box.wrap(x)[0] == 3);
    REQUIRE(x[0] == Approx(1.5 * edge));
  }
}
