#include "data/deformation.hpp"

#include <cmath>

#include "arrangement.hpp"
#include "data/halo.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

Matrix3 some_strain(double size) {
  return {{{1.0 * size, 0.3 * size, -0.7 * size},
           {0.3 * size, -2.0 * size, 0.4 * size},
           {-0.7 * size, 0.4 * size, 0.5 * size}}};
}

Matrix3 product(const Matrix3& a, const Matrix3& b) {
  Matrix3 result;
  for (int r = 0; r < 3; ++r)
    for (int c = 0; c < 3; ++c) {
      result.m[r][c] = 0.0;
      for (int k = 0; k < 3; ++k) result.m[r][c] += a.m[r][k] * b.m[k][c];
    }
  return result;
}

double difference(const Matrix3& a, const Matrix3& b) {
  double largest = 0.0;
  for (int r = 0; r < 3; ++r)
    for (int c = 0; c < 3; ++c) largest = std::max(largest, std::abs(a.m[r][c] - b.m[r][c]));
  return largest;
}

/// Its power series.
Matrix3 series(const Matrix3& a) {
  Matrix3 sum, term;
  for (int n = 1; n < 60; ++n) {
    term = product(term, a);
    for (auto& row : term.m)
      for (double& value : row) value /= n;
    for (int r = 0; r < 3; ++r)
      for (int c = 0; c < 3; ++c) sum.m[r][c] += term.m[r][c];
  }
  return sum;
}

}  // namespace

TEST_CASE("Exponentials of symmetric matrices are their power series", "[data]") {
  for (const double size : {1e-12, 1e-3, 0.1, 1.0})
    CHECK(difference(exponential(some_strain(size)), series(some_strain(size))) < 1e-14);
  const auto diagonal = exponential(Matrix3::diagonal(0.1, 0.1, -2.0));
  CHECK(diagonal.m[0][0] == std::exp(0.1));
  CHECK(diagonal.m[1][1] == diagonal.m[0][0]);
  CHECK(diagonal.m[0][1] == 0.0);
  CHECK(diagonal.m[2][0] == 0.0);
}

TEST_CASE("Stretches are those of the longest and shortest image of a sphere", "[data]") {
  const auto map = exponential(some_strain(0.3));
  const double longest = longest_stretch(map), shortest = shortest_stretch(map);
  double most = 0.0, least = 1e300;
  for (int n = 0; n < 200; ++n)
    for (int k = 0; k < 100; ++k) {
      const double phi = 0.0314159265 * n, theta = 0.0314159265 * k;
      const Vec3 x = map * Vec3{std::sin(theta) * std::cos(phi), std::sin(theta) * std::sin(phi), std::cos(theta)};
      const double length = std::hypot(x[0], x[1], x[2]);
      most = std::max(most, length);
      least = std::min(least, length);
    }
  CHECK_THAT(longest, WithinRel(most, 1e-3));
  CHECK_THAT(shortest, WithinRel(least, 1e-3));
  CHECK(longest >= most);
  CHECK(shortest <= least);
  CHECK(longest_stretch(Matrix3{}) == 1.0);
}

TEST_CASE("A deformed box keeps fractional coordinates", "[data]") {
  const Box before = tilted(6);
  const auto map = exponential(some_strain(0.05));
  const Box after = deformed(before, map);
  CHECK_THAT(after.volume() / before.volume(), WithinRel(std::exp(0.05 * (1.0 - 2.0 + 0.5)), 1e-13));
  CHECK(difference(deformation(before, after), map) < 1e-14);
  for (int c = 0; c < 3; ++c) CHECK(after.origin[c] == before.origin[c]);
}

TEST_CASE("Copies shift with the box as it is now", "[data]") {
  const auto arrangement = gas("tilted", tilted(6), 200);
  Tiling tiling(comm(), arrangement.box);
  auto particles = spread(arrangement);
  migrate(tiling, particles);
  Halo halo;
  halo.build(tiling, particles, 1.5);
  const auto position = particles.get<double>("position");
  halo.forward(position, Halo::Content::position);
  const auto before = Kokkos::create_mirror(position);
  Kokkos::deep_copy(before, position);

  const auto map = exponential(some_strain(0.02));
  const Box box = deformed(tiling.box(), map);
  const auto host = Kokkos::create_mirror(position);
  Kokkos::deep_copy(host, position);
  for (int i = 0; i < particles.num_owned(); ++i) {
    const Vec3 x = box.to_cartesian(tiling.box().to_fractional({before(i, 0), before(i, 1), before(i, 2)}));
    for (int c = 0; c < 3; ++c) host(i, c) = x[c];
  }
  Kokkos::deep_copy(position, host);
  halo.set_shifts(box);
  halo.forward(position, Halo::Content::position);
  const auto after = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), position);
  double largest = 0.0;
  for (int i = particles.halo_begin(); i < particles.num_rows(); ++i) {
    const Vec3 x = box.to_cartesian(tiling.box().to_fractional({before(i, 0), before(i, 1), before(i, 2)}));
    for (int c = 0; c < 3; ++c) largest = std::max(largest, std::abs(after(i, c) - x[c]));
  }
  REQUIRE_ALL(particles.num_halo() > 0);
  REQUIRE_ALL(largest < 1e-12);
}
