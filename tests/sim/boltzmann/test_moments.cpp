// Moments of distributions on grids, and distributions of given moments.
#include "sim/boltzmann/moments.hpp"

#include "base/error.hpp"
#include "catch.hpp"
#include "spectral_samples.hpp"

using namespace tessera::test;
using namespace tessera::sim::boltzmann;

namespace {

void check_same(const Moments& a, const Moments& b, double tolerance) {
  CHECK_THAT(a.density, WithinRel(b.density, tolerance));
  CHECK_THAT(a.temperature, WithinRel(b.temperature, tolerance));
  for (int d = 0; d < 3; ++d) CHECK(std::abs(a.velocity[d] - b.velocity[d]) < tolerance);
}

}  // namespace

TEST_CASE("a Maxwellian has its moments, to the accuracy of the grid", "[boltzmann]") {
  const Moments m{0.7, {0.3, -0.2, 0.1}, 0.9};
  const VelocityGrid grid = cube(24, 7.0, 0.5);
  Values f = zeros(grid);
  sample_maxwellian(grid, 1.6, m, f);
  check_same(moments(grid, 1.6, f), m, 1e-9);
  const Fluxes none = fluxes(grid, 1.6, m, f);
  for (int d = 0; d < 3; ++d) {
    CHECK_THAT(none.stress[d], WithinRel(0.63, 1e-8));
    CHECK(std::abs(none.stress[3 + d]) < 1e-9);
    CHECK(std::abs(none.heat[d]) < 1e-9);
  }
}

TEST_CASE("a discrete Maxwellian has them to rounding, on coarse grids too", "[boltzmann][conservation]") {
  for (const int dimensions : {1, 2, 3})
    for (const int points : {8, 12, 20}) {
      CAPTURE(dimensions, points);
      VelocityGrid grid = cube(points, 5.0, 0.5, dimensions);
      grid.centre[2] = 0.2;
      Moments m{1.3, {0.2, -0.1, 0.2}, 1.1};
      for (int d = dimensions; d < 3; ++d) m.velocity[d] = grid.centre[d];
      Values f = zeros(grid);
      discrete_maxwellian(grid, 1.4, m, f);
      check_same(moments(grid, 1.4, f), m, 1e-13);
    }
}

TEST_CASE("stress and heat flux of a gas that has them", "[boltzmann]") {
  // Two beams of Maxwellians along x: P_xx = rho (theta + w^2), q = m/2 sum of third moments.
  const VelocityGrid grid = cube(32, 8.0, 0.5);
  const double mass = 1.2, n[2] = {0.4, 0.8}, u[2] = {1.0, -0.5}, t[2] = {0.9, 1.2};
  Values f = zeros(grid), part = f;
  for (int i = 0; i < 2; ++i) {
    sample_maxwellian(grid, mass, {n[i], {u[i], 0.0, 0.0}, t[i]}, part);
    for (std::size_t k = 0; k < f.size(); ++k) f[k] += part[k];
  }
  const Moments m = moments(grid, mass, f);
  CHECK_THAT(m.density, WithinRel(1.2, 1e-9));
  CHECK(std::abs(m.velocity[0]) < 1e-9);
  const Fluxes found = fluxes(grid, mass, m, f);
  double xx = 0.0, yy = 0.0, heat = 0.0;
  for (int i = 0; i < 2; ++i) {
    xx += n[i] * (t[i] + mass * u[i] * u[i]);
    yy += n[i] * t[i];
    heat += 0.5 * n[i] * u[i] * (mass * u[i] * u[i] + 5.0 * t[i]);
  }
  CHECK_THAT(found.stress[0], WithinRel(xx, 1e-8));
  CHECK_THAT(found.stress[1], WithinRel(yy, 1e-8));
  CHECK_THAT(found.heat[0], WithinRel(heat, 1e-8));
  CHECK_THAT(m.temperature, WithinRel((xx + 2.0 * yy) / 3.6, 1e-8));
}

TEST_CASE("sums are brought to any target", "[boltzmann][conservation]") {
  const VelocityGrid grid = cube(16, 6.0, 0.5);
  const Moments m{1.0, {0.1, 0.0, 0.0}, 1.0};
  Values weight = zeros(grid), values = bimodal(grid);
  sample_maxwellian(grid, 1.0, m, weight);
  const Invariants target{0.3, {0.1, -0.2, 0.05}, 1.7};
  correct_moments(grid, 1.0, m, weight, target, values);
  const Invariants sums = invariants(grid, values);
  CHECK(std::abs(sums.number - target.number) < 1e-14);
  CHECK(std::abs(sums.energy - target.energy) < 1e-13);
  for (int d = 0; d < 3; ++d) CHECK(std::abs(sums.momentum[d] - target.momentum[d]) < 1e-14);
  // Of a distribution: its own moments.
  const Invariants own = invariants_of(grid, 1.0, m);
  CHECK_THAT(own.energy, WithinRel(3.01, 1e-15));
  // A weight that is one point says nothing about energy.
  std::fill(weight.begin(), weight.end(), 0.0);
  weight[100] = 1.0;
  CHECK_THROWS_WITH(correct_moments(grid, 1.0, m, weight, target, values), Contains("cannot be told apart"));
}
