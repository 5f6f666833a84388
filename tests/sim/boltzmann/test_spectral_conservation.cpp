// What collisions keep, and in which direction they drive.
#include "base/error.hpp"
#include "base/random.hpp"
#include "catch.hpp"
#include "sim/boltzmann/collisions/mixture.hpp"
#include "sim/boltzmann/collisions/positivity.hpp"
#include "spectral_samples.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::sim::boltzmann;

namespace {

/// Sums of Q relative to sums of its parts.
struct Lost {
  double mass = 0.0, momentum = 0.0, energy = 0.0;
};

void add_lost(const VelocityGrid& grid, double mass, const double* rate, double (&lost)[5], double (&all)[5]) {
  double v[3];
  for (int n = 0; n < grid.size(); ++n) {
    grid.velocity(n, v);
    double phi[5] = {1.0, mass * v[0], mass * v[1], mass * v[2], 0.0};
    for (int d = 0; d < grid.dimensions; ++d) phi[4] += mass * v[d] * v[d];
    for (int k = 0; k < 5; ++k) {
      lost[k] += phi[k] * rate[n];
      all[k] += std::abs(phi[k] * rate[n]);
    }
  }
}

double worst_of(const double (&lost)[5], const double (&all)[5]) {
  double worst = 0.0;
  for (int k = 0; k < 5; ++k)
    if (all[k] > 0.0) worst = std::max(worst, std::abs(lost[k]) / all[k]);
  return worst;
}

double lost(const VelocityGrid& grid, const Values& rate) {
  double sums[5] = {}, all[5] = {};
  add_lost(grid, 1.0, rate.data(), sums, all);
  return worst_of(sums, all);
}

/// sum Q ln f where f is more than so little.
double entropy_production(const VelocityGrid& grid, const Values& f, const Values& rate) {
  const double least = 1e-6 * largest(f);
  double sum = 0.0;
  for (std::size_t n = 0; n < f.size(); ++n)
    if (f[n] > least) sum += rate[n] * std::log(f[n]);
  return sum * grid.cell_volume();
}

}  // namespace

TEST_CASE("mass, momentum and energy stay to rounding", "[boltzmann][conservation]") {
  for (const double gamma : {0.0, 0.5, 1.0})
    for (const auto method : {SpectralMethod::carleman, SpectralMethod::classic}) {
      if (method == SpectralMethod::carleman && gamma != 1.0) continue;
      VelocityGrid grid = cube(16, 7.2, 0.5);
      grid.centre[1] = 0.3;
      const Values f = bimodal(grid);
      SpectralParams params = finely(3.6, 8, 14, method, true);
      CHECK(lost(grid, collide({unit_strength, gamma}, 1.0, grid, params, f).rate) < 1e-13);
      params.conserve = false;
      CHECK(lost(grid, collide({unit_strength, gamma}, 1.0, grid, params, f).rate) > 1e-9);
    }
  const VelocityGrid plane = cube(32, 7.2, 0.5, 2);
  CHECK(lost(plane,
             collide({0.5 / pi, 1.0}, 1.0, plane, finely(3.6, 16, 16, SpectralMethod::classic, true), bimodal(plane))
                 .rate) < 1e-13);
}

TEST_CASE("corrections are as small as the errors of the method", "[boltzmann][conservation]") {
  const VelocityGrid grid = cube(32, 9.0);
  const Values f = bimodal(grid);
  const CollisionKernel kernel{unit_strength, 1.0};
  const Values raw = collide(kernel, 1.0, grid, finely(4.2, 16, 50), f).rate;
  const Values corrected = collide(kernel, 1.0, grid, finely(4.2, 16, 50, SpectralMethod::classic, true), f).rate;
  CHECK(largest_difference(raw, corrected) < 1e-5 * largest(raw));
}

TEST_CASE("a mixture keeps the mass of each species, and momentum and energy of all", "[boltzmann][conservation]") {
  sim::GasParams params;
  params.species = {{.name = "a", .mass = 1.0, .diameter = 0.5},
                    {.name = "b", .mass = 3.0, .diameter = 0.7},
                    {.name = "c", .mass = 1.5, .diameter = 0.4, .viscosity_exponent = 0.8}};
  const sim::Gas gas(params);
  const VelocityGrid grid = cube(16, 7.0, 0.5);
  const auto size = static_cast<std::size_t>(grid.size());
  Values f(3 * size);
  sample_maxwellian(grid, 1.0, {1.0, {0.5, 0.0, 0.1}, 1.2}, {f.data(), size});
  sample_maxwellian(grid, 3.0, {0.3, {-0.4, 0.3, 0.0}, 1.9}, {f.data() + size, size});
  sample_maxwellian(grid, 1.5, {0.7, {0.0, 0.0, -0.3}, 0.9}, {f.data() + 2 * size, size});
  MixtureOperator mixture(comm(), gas, grid, finely(3.5, 8, 12, SpectralMethod::automatic, true));
  Values rate(f.size()), frequency(f.size());
  mixture.evaluate(f, rate, frequency);
  double sums[5] = {}, all[5] = {};
  for (int s = 0; s < 3; ++s) {
    const double mass = gas.species(s).mass;
    double own[5] = {}, of_all[5] = {};
    add_lost(grid, mass, rate.data() + static_cast<std::size_t>(s) * size, own, of_all);
    CHECK(std::abs(own[0]) < 1e-13 * of_all[0]);
    CHECK(std::abs(own[4]) > 1e-3 * of_all[4]);  // species do exchange
    for (int k = 1; k < 5; ++k) {
      sums[k] += own[k];
      all[k] += of_all[k];
    }
  }
  CHECK(worst_of(sums, all) < 1e-13);
}

TEST_CASE("cells do not see one another, and those without particles stay so", "[boltzmann]") {
  const VelocityGrid grid = cube(16, 7.2, 0.5);
  const auto size = static_cast<std::size_t>(grid.size());
  const Values f = bimodal(grid);
  const CollisionKernel kernel{unit_strength, 1.0};
  const SpectralParams params = finely(3.6, 8, 12, SpectralMethod::carleman, true);
  const Collided alone = collide(kernel, 1.0, grid, params, f);
  Values many(4 * size), rate(many), frequency(many);
  for (const std::size_t cell : {std::size_t{1}, std::size_t{3}})
    std::copy(f.begin(), f.end(), many.begin() + static_cast<std::ptrdiff_t>(cell * size));
  sample_maxwellian(grid, 1.0, {2.0, {0.1, 0.0, 0.0}, 1.1}, {many.data() + 2 * size, size});
  const auto collisions = make_collision_operator(comm(), kernel, 1.0, grid, params);
  collisions->evaluate(many, rate, frequency);
  for (const std::ptrdiff_t cell : {1, 3}) {
    const auto at = cell * static_cast<std::ptrdiff_t>(size);
    CHECK(std::equal(alone.rate.begin(), alone.rate.end(), rate.begin() + at));
    CHECK(std::equal(alone.frequency.begin(), alone.frequency.end(), frequency.begin() + at));
  }
  CHECK(largest({rate.begin(), rate.begin() + static_cast<std::ptrdiff_t>(size)}) == 0.0);
}

TEST_CASE("entropy grows, and a Maxwellian stays", "[boltzmann][physics]") {
  const VelocityGrid grid = cube(24, 8.0, 0.5);
  for (const double gamma : {0.0, 1.0}) {
    const CollisionKernel kernel{unit_strength, gamma};
    const SpectralParams params = finely(4.0, 12, 50, SpectralMethod::automatic, true);
    const Values f = bimodal(grid);
    const Values rate = collide(kernel, 1.0, grid, params, f).rate;
    CHECK(entropy_production(grid, f, rate) < -1e-3);
    Values equilibrium = zeros(grid);
    sample_maxwellian(grid, 1.0, {1.0, {0.1, -0.2, 0.0}, 1.0}, equilibrium);
    CHECK(largest(collide(kernel, 1.0, grid, params, equilibrium).rate) < 2e-4 * largest(rate));
  }
}

TEST_CASE("frequencies of loss are those of the gas", "[boltzmann][physics]") {
  // Hard spheres in a Maxwellian: nu(0) = 4 pi C n <|v|>, Maxwell molecules: 4 pi C n everywhere that is reached.
  const VelocityGrid grid = cube(24, 7.6);
  Values f = zeros(grid);
  sample_maxwellian(grid, 1.0, {1.5, {0.0, 0.0, 0.0}, 1.0}, f);
  const auto centre = static_cast<std::size_t>((12 * 24 + 12) * 24 + 12);
  const double speed = std::sqrt(8.0 / pi);
  const auto frequency = [&](double gamma, const SpectralParams& params) {
    return collide({unit_strength, gamma}, 1.0, grid, params, f).frequency[centre];
  };
  CHECK_THAT(frequency(0.0, finely(3.8, 24, 12)), WithinRel(1.5, 1e-5));
  CHECK_THAT(frequency(1.0, finely(3.8, 24, 12)), WithinRel(1.5 * speed, 1e-4));
  CHECK_THAT(frequency(1.0, finely(3.8, 24, 50, SpectralMethod::carleman)), WithinRel(1.5 * speed, 1e-3));
}

TEST_CASE("negative values are counted, and a limiter removes them without loss", "[boltzmann][conservation]") {
  const VelocityGrid grid = cube(16, 6.0, 0.5);
  Values f = bimodal(grid), scratch = zeros(grid);
  CHECK(negatives(f).count == 0);
  CHECK(limit_to_positive(grid, 1.0, f, scratch) == 1.0);
  f[1234] = -1e-3;
  f[77] = -1e-9;
  const Negatives found = negatives(f);
  CHECK(found.count == 2);
  CHECK(found.lowest == -1e-3);
  CHECK(found.highest == largest(f));
  const Invariants before = invariants(grid, f);
  CHECK(limit_to_positive(grid, 1.0, f, scratch) < 1.0);
  CHECK(negatives(f).count == 0);
  const Invariants after = invariants(grid, f);
  CHECK_THAT(after.number, WithinRel(before.number, 1e-13));
  CHECK_THAT(after.energy, WithinRel(before.energy, 1e-13));
  CHECK(std::abs(after.momentum[0] - before.momentum[0]) < 1e-13);
  CHECK((found + Negatives{3, -2.0, 0.0}).count == 5);
}

TEST_CASE("a filter takes what is hardly resolved", "[boltzmann]") {
  const CollisionKernel kernel{unit_strength, 0.0};
  const auto changed = [&](int points, double filter) {
    const VelocityGrid grid = cube(points, 7.2);
    SpectralParams params = finely(3.6, 8, 12);
    const Values f = bimodal(grid), plain = collide(kernel, 1.0, grid, params, f).rate;
    params.filter = filter;
    return largest_difference(plain, collide(kernel, 1.0, grid, params, f).rate) / largest(plain);
  };
  CHECK(changed(16, 0.0) == 0.0);
  CHECK(changed(16, 1.0) > 1e-6);
  CHECK(changed(16, 36.0) > 2.0 * changed(16, 1.0));
  CHECK(changed(32, 36.0) < 0.02 * changed(16, 36.0));
}

TEST_CASE("a gas that is none is an error", "[boltzmann]") {
  const VelocityGrid grid = cube(16, 7.2);
  Values f = bimodal(grid);
  for (double& value : f) value = -value;
  CHECK_THROWS_WITH(collide({unit_strength, 0.0}, 1.0, grid, finely(3.6, 8, 12, SpectralMethod::classic, true), f),
                    Contains("expected both to be positive"));
}
