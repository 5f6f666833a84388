// Exact relaxations: the formulas against the tables, and collision operators against the formulas.
#include "base/error.hpp"
#include "catch.hpp"
#include "sim/boltzmann/collisions/mixture.hpp"
#include "sim/boltzmann/exact/bkw.hpp"
#include "sim/boltzmann/exact/krook_wu.hpp"
#include "spectral_samples.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::sim::boltzmann;

namespace {

/// The largest error of Q at one time.
double bkw_error(int points, double support, double half_width, int directions = 12, double alpha = 1.0) {
  const CollisionKernel kernel{unit_strength, 0.0, alpha};
  const Bkw exact(3, kernel);
  const VelocityGrid grid = cube(points, half_width);
  Values f = zeros(grid), rate = f;
  const double t = 6.5 / 6.0 / exact.rate();
  exact.sample(grid, t, f);
  exact.sample_slope(grid, t, rate);
  return largest_difference(collide(kernel, 1.0, grid, finely(support, 16, directions), f).rate, rate);
}

struct Both {
  Values f, rate;
};
Both krook_wu_on(const KrookWu& exact, const VelocityGrid& grid, double t) {
  const auto size = static_cast<std::size_t>(grid.size());
  Both both{Values(2 * size), Values(2 * size)};
  for (int i = 0; i < 2; ++i) {
    const auto at = static_cast<std::size_t>(i) * size;
    exact.sample(grid, i, t, {both.f.data() + at, size});
    exact.sample_slope(grid, i, t, {both.rate.data() + at, size});
  }
  return both;
}

sim::Gas gas_of(const KrookWu::Params& p) {
  sim::GasParams params;
  params.species = {{.name = "a", .mass = p.mass[0]}, {.name = "b", .mass = p.mass[1]}};
  params.pairs = {{{"a", "a"}, p.strength[0], 0.0}, {{"a", "b"}, p.strength[1], 0.0}, {{"b", "b"}, p.strength[2], 0.0}};
  return sim::Gas(params);
}

/// A set of the first class, at any ratio of masses.
KrookWu::Params first_class(double ratio) {
  return {{1.0, 1.0}, {1.0, ratio}, {unit_strength, 0.5 * unit_strength, unit_strength}};
}

/// The largest error of Q of either species, over its largest value.
double krook_wu_error(double ratio, int points, double half_width, double support, int directions) {
  const auto p = first_class(ratio);
  const KrookWu exact(p);
  const VelocityGrid grid = cube(points, half_width);
  const Both both = krook_wu_on(exact, grid, std::max(4.0, exact.first_time()));
  MixtureOperator mixture(comm(), gas_of(p), grid, finely(support, points / 2, directions));
  Values rate(both.f.size()), frequency(both.f.size());
  mixture.evaluate(both.f, rate, frequency);
  double worst = 0.0;
  const auto size = static_cast<std::ptrdiff_t>(grid.size());
  for (std::ptrdiff_t i = 0; i < 2; ++i) {
    const auto part = [&](const Values& all) { return Values(all.begin() + i * size, all.begin() + (i + 1) * size); };
    worst = std::max(worst, largest_difference(part(rate), part(both.rate)) / largest(part(both.rate)));
  }
  return worst;
}

}  // namespace

TEST_CASE("the exact relaxation of one species is that of the tables", "[boltzmann][golden]") {
  const Bkw solid(3, {unit_strength, 0.0}), flat(2, {0.5 / pi, 0.0});
  CHECK_THAT(solid.rate(), WithinRel(1.0 / 6.0, 1e-15));
  CHECK_THAT(flat.rate(), WithinRel(1.0 / 8.0, 1e-15));
  CHECK_THAT(solid.first_time(), WithinRel(6.0 * std::log(2.5), 1e-14));
  const VelocityGrid grid = cube(16, 5.4), plane = cube(32, 7.945584412271571, 0.0, 2);
  Values f = zeros(grid), g = zeros(plane);
  solid.sample(grid, 6.5, f);
  CHECK(largest_difference(f, stored("bkw3d_N16/f")) < 1e-15);
  solid.sample_slope(grid, 6.5, f);
  CHECK(largest_difference(f, stored("bkw3d_N16/Q_exact")) < 1e-15);
  flat.sample(plane, 7.0, g);
  CHECK(largest_difference(g, stored("bkw2d_N32/f")) < 1e-15);
  flat.sample_slope(plane, 7.0, g);
  CHECK(largest_difference(g, stored("bkw2d_N32/Q_exact")) < 1e-15);
  CHECK_THROWS_AS(Bkw(3, {unit_strength, 0.5}), Error);
  CHECK_THROWS_AS(Bkw(2, {unit_strength, 0.0, 1.5}), Error);
}

TEST_CASE("the exact relaxation of one species keeps its moments in any units", "[boltzmann]") {
  const double n = 2.5, temperature = 0.6, mass = 1.7;
  const Bkw exact(3, {0.3, 0.0}, n, temperature, mass);
  VelocityGrid grid = cube(32, 6.0 * std::sqrt(temperature / mass), 0.5);
  grid.centre[0] = 0.4;
  Values f = zeros(grid), later = f, rate = f;
  const double t = exact.first_time() * 1.2;
  exact.sample(grid, t, f);
  const Moments m = moments(grid, mass, f);
  CHECK_THAT(m.density, WithinRel(n, 1e-6));
  CHECK_THAT(m.temperature, WithinRel(temperature, 1e-5));
  CHECK(std::abs(m.velocity[0] - 0.4) < 1e-12);
  exact.sample(grid, t - 1e-5, f);
  exact.sample(grid, t + 1e-5, later);
  exact.sample_slope(grid, t, rate);
  for (std::size_t k = 0; k < f.size(); ++k) f[k] = (later[k] - f[k]) / 2e-5;
  CHECK(largest_difference(f, rate) < 1e-8 * largest(rate));
}

TEST_CASE("one species relaxes as it does exactly, ever closer on finer grids", "[boltzmann][physics]") {
  CHECK(bkw_error(16, 3.0, 5.4) < 1.3e-4);
  CHECK(bkw_error(16, 3.0, 6.621) < 1.7e-4);
  CHECK(bkw_error(16, 3.5, 6.3) < 1.5e-4);
  CHECK(bkw_error(24, 3.0, 6.621) < 1.5e-5);
  CHECK(bkw_error(24, 3.5, 6.3) < 7e-6);
  CHECK(bkw_error(32, 3.0, 6.621) < 4e-8);
  CHECK(bkw_error(32, 4.0, 7.2) < 2.5e-7);
}

TEST_CASE("two dimensions relax as they do exactly", "[boltzmann][physics]") {
  const CollisionKernel kernel{0.5 / pi, 0.0};
  const Bkw exact(2, kernel);
  const auto error = [&](int points, double support, double ratio, SpectralMethod method) {
    const VelocityGrid grid = cube(points, ratio * support, 0.0, 2);
    Values f = zeros(grid), rate = f;
    exact.sample(grid, 7.0, f);
    exact.sample_slope(grid, 7.0, rate);
    return largest_difference(collide(kernel, 1.0, grid, finely(support, 32, 32, method), f).rate, rate);
  };
  CHECK(error(32, 3.6, 1.8, SpectralMethod::classic) < 1e-6);
  CHECK(error(32, 3.6, 1.8, SpectralMethod::carleman) < 1e-6);
  CHECK(error(64, 3.6, 2.207, SpectralMethod::classic) < 3e-11);
  CHECK(error(64, 4.5, 2.0, SpectralMethod::classic) < 1e-13);
  // What flies apart faster than R / sqrt 2 in either direction is left out.
  CHECK(error(64, 4.5, 2.0, SpectralMethod::carleman) < 2e-10);
}

TEST_CASE("the exact relaxation of two species is that of the tables", "[boltzmann][golden]") {
  for (const std::string name : {"class1_mr2", "class1_mr4", "class2_mr4"}) {
    CAPTURE(name);
    const auto number = [&](const char* key) { return stored("krook_wu/" + name + "/" + key)[0]; };
    const KrookWu::Params p{
        {number("n1"), number("n2")}, {number("m1"), number("m2")}, {number("b11"), number("b12"), number("b22")}};
    const KrookWu exact(p);
    const Values t = stored("krook_wu/" + name + "/t"), curves = stored("krook_wu/" + name + "/Q1_Q2_K");
    const Values first = stored("krook_wu/" + name + "/T1"), second = stored("krook_wu/" + name + "/T2");
    for (std::size_t n = 0; n < t.size(); ++n) {
      CHECK(std::abs(exact.departure(0, t[n]) - curves[3 * n]) < 1e-12);
      CHECK(std::abs(exact.departure(1, t[n]) - curves[3 * n + 1]) < 1e-12);
      CHECK(std::abs(exact.width(t[n]) - curves[3 * n + 2]) < 1e-12);
      CHECK(std::abs(exact.temperature(0, t[n]) - first[n]) < 1e-12);
      CHECK(std::abs(exact.temperature(1, t[n]) - second[n]) < 1e-12);
    }
    CHECK(exact.first_time() <= t[0]);
    const VelocityGrid grid = cube(24, number("L"));
    for (int i = 0; i < 2; ++i) {
      const std::string species = std::to_string(i + 1);
      const Values f = stored("krook_wu/" + name + "/f" + species),
                   q = stored("krook_wu/" + name + "/Q" + species + "_exact");
      for (int z = 0; z < 24; ++z) {
        const double square = grid.coordinate(2, z) * grid.coordinate(2, z), when = number("t_grid");
        CHECK(std::abs(exact.value(i, square, when) - f[static_cast<std::size_t>(z)]) < 1e-14);
        CHECK(std::abs(exact.slope(i, square, when) - q[static_cast<std::size_t>(z)]) < 1e-14);
      }
    }
  }
}

TEST_CASE("what is no exact relaxation of two species is refused", "[boltzmann]") {
  auto p = first_class(2.0);
  p.strength[1] *= 1.01;
  p.density[1] = 1.3;
  CHECK_THROWS_WITH(KrookWu(p), Contains("does not solve the equation"));
}

TEST_CASE("two species relax as they do exactly", "[boltzmann][physics]") {
  CHECK(krook_wu_error(1.0, 16, 5.4, 3.0, 12) < 1.2e-2);
  CHECK(krook_wu_error(1.0, 24, 5.5, 2.5, 12) < 9e-5);
  CHECK(krook_wu_error(1.0, 32, 6.6, 3.0, 12) < 2e-6);
  CHECK(krook_wu_error(2.0, 24, 5.0, 2.5, 12) < 3e-3);
  CHECK(krook_wu_error(2.0, 32, 5.5, 2.5, 12) < 1e-4);
  CHECK(krook_wu_error(4.0, 24, 5.0, 2.5, 12) < 3e-2);
  CHECK(krook_wu_error(4.0, 32, 5.0, 2.5, 12) < 2e-3);
}
