// The parts of the scheme against what they solve.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "catch.hpp"
#include "sim/boltzmann/disparate/gauss_laguerre.hpp"
#include "sim/boltzmann/disparate/laguerre.hpp"
#include "sim/boltzmann/disparate/lorentz_step.hpp"
#include "sim/boltzmann/disparate/relaxation_operator.hpp"
#include "sim/boltzmann/disparate/slow_exchange.hpp"
#include "sim/boltzmann/disparate/spherical_mean.hpp"
#include "sim/boltzmann/disparate/sums.hpp"

namespace tessera::test {

using namespace sim;
using namespace sim::boltzmann;
using namespace sim::boltzmann::disparate;

namespace {

constexpr double pi = std::numbers::pi;

/// Unit rates for unit densities.
CollisionKernel kernel(double gamma) { return {1.0 / (4.0 * pi), gamma, 1.0}; }

VelocityGrid grid_of(int points, double half_width) {
  return {.dimensions = 3, .points = points, .half_width = half_width};
}

std::size_t size_of(const VelocityGrid& grid) { return static_cast<std::size_t>(grid.size()); }

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0.0;
  for (std::size_t n = 0; n < a.size(); ++n) largest = std::max(largest, std::abs(a[n] - b[n]));
  return largest;
}

double largest(const std::vector<double>& a) { return *std::max_element(a.begin(), a.end()); }

/// |v - centre|^2 at point n, and the components in `c`.
double square_at(const VelocityGrid& grid, std::size_t n, const double (&centre)[3], double (&c)[3]) {
  grid.velocity(static_cast<int>(n), c);
  double square = 0.0;
  for (int d = 0; d < 3; ++d) {
    c[d] -= centre[d];
    square += c[d] * c[d];
  }
  return square;
}

struct Total {
  double light, heavy, momentum[3], energy;
};

Total total_of(const VelocityGrid& light, const VelocityGrid& heavy, double eps, const std::vector<double>& f,
               const std::vector<double>& h) {
  const Invariants a = sum_invariants(light, f), b = sum_invariants(heavy, h);
  Total total{a.number, b.number, {}, 0.5 * (a.energy + b.energy)};
  for (int d = 0; d < 3; ++d) total.momentum[d] = a.momentum[d] + b.momentum[d] / eps;
  return total;
}

}  // namespace

TEST_CASE("the rule for speeds is exact", "[quadrature]") {
  const math::QuadratureRule rule = gauss_laguerre(12, 0.7);
  double gamma = 0.0;
  for (std::size_t q = 0; q < 12; ++q) gamma += rule.weights[q] * std::pow(rule.points[q], 20);
  CHECK(gamma == Approx(std::tgamma(21.7)).epsilon(1e-11));
}

TEST_CASE("Sonine polynomials decay at the rates known for Maxwell molecules", "[laguerre]") {
  const int size = 6;
  const std::vector<double> rates = linear_collisions(size, kernel(0.0));
  for (int k = 0; k < size; ++k)
    for (int l = 0; l < size; ++l) {
      const double expected = k == l && k > 0 ? -(1.0 - 2.0 / (k + 1.0)) : 0.0;
      CHECK_THAT(rates[static_cast<std::size_t>(k * size + l)], WithinAbs(expected, 1e-12));
    }
}

TEST_CASE("matrices of the slow exchange leave the Maxwellian of the heavy temperature alone", "[laguerre]") {
  for (const double gamma : {0.0, 0.5, 1.0}) {
    const ExchangeMatrices m = exchange_matrices(5, 1.0, gamma);
    for (std::size_t k = 0; k < 5; ++k) {
      CHECK_THAT(m.friction[k * 5] + m.diffusion[k * 5], WithinAbs(0.0, 1e-12));
      // d/dt of the energy of a Maxwellian: 3/2 sqrt(2/3) b_1 = -(1 - T') <r^(2+gamma)>
      if (k == 1) {
        const double moment = std::pow(2.0, 1.0 + 0.5 * gamma) * std::tgamma(2.5 + 0.5 * gamma) / std::tgamma(1.5);
        CHECK(std::sqrt(1.5) * m.friction[k * 5] == Approx(moment));
      }
    }
  }
}

TEST_CASE("spherical means about a centre between points", "[spherical_mean]") {
  // A Maxwellian about another centre: its mean is M(r) sinh(r s)/(r s), s the distance.
  const double centre[3] = {0.13, -0.21, 0.34}, off[3] = {0.5, 0.1, -0.3};
  const auto error_of = [&](int points, double half_width) {
    const VelocityGrid grid = grid_of(points, half_width);
    Moments m{.density = 1.0, .temperature = 1.0};
    double s2 = 0.0;
    for (int d = 0; d < 3; ++d) {
      m.velocity[d] = centre[d] + off[d];
      s2 += off[d] * off[d];
    }
    std::vector<double> f(size_of(grid));
    sample_maxwellian(grid, 1.0, m, f);
    SphericalMean mean(grid);
    mean.take(f);
    mean.centre_at(centre);
    double error = 0.0;
    const double s = std::sqrt(s2), peak = std::pow(2.0 * pi, -1.5);
    for (int n = 1; n < 400; ++n) {
      const double r = half_width * n / 401.0;
      const double exact = peak * std::exp(-0.5 * (r * r + s2)) * std::sinh(r * s) / (r * s);
      error = std::max(error, std::abs(mean(r) - exact) / peak);
    }
    return error;
  };
  CHECK(error_of(16, 6.0) < 5e-4);
  CHECK(error_of(24, 6.6) < 5e-6);
  CHECK(error_of(32, 7.2) < 3e-8);
}

TEST_CASE("every harmonic decays with its own rate at every speed", "[lorentz]") {
  const auto error_of = [&](int points, double half_width, double gamma, bool is_whole) {
    // Heavies in such numbers, hit so rarely, that they do not move.
    MixtureModel model{.eps = 0.1, .light = kernel(gamma), .cross = kernel(gamma), .heavy = kernel(gamma)};
    const double crowd = 1e8;
    model.cross.strength /= crowd;
    model.expansion = Expansion::plain;
    const VelocityGrid light = grid_of(points, half_width), heavy = grid_of(24, 6.6);
    const Moments bath{.density = crowd, .velocity = {1.3, -2.1, 3.4}, .temperature = 1.0};
    VelocityGrid around = heavy;
    for (int d = 0; d < 3; ++d) around.centre[d] = bath.velocity[d];
    std::vector<double> h(size_of(heavy)), f(size_of(light)), exact(f.size());
    discrete_maxwellian(around, 1.0, bath, h);
    const double centre[3] = {0.13, -0.21, 0.34}, duration = 0.7;
    for (std::size_t n = 0; n < f.size(); ++n) {
      double c[3];
      const double square = square_at(light, n, centre, c), m = std::pow(2.0 * pi, -1.5) * std::exp(-0.5 * square);
      const double even = 1.0 + 0.1 * (square - 3.0);
      const double odd =
          0.2 * c[0] + 0.05 * c[2] * (square - 5.0) + 0.2 * c[0] * c[1] + 0.1 * (c[2] * c[2] - c[0] * c[0]);
      f[n] = m * (even + odd);
      exact[n] = m * (even + odd * std::exp(-duration * std::pow(square, 0.5 * gamma)));
    }
    if (!is_whole) {  // what the step does before sums are put right
      SphericalMean mean(light);
      mean.take(f);
      mean.centre_at(centre);
      for (std::size_t n = 0; n < f.size(); ++n) {
        double c[3];
        const double square = square_at(light, n, centre, c), fbar = mean(std::sqrt(square));
        f[n] = fbar + (f[n] - fbar) * std::exp(-duration * std::pow(square, 0.5 * gamma));
      }
      return largest_difference(f, exact) / largest(exact);
    }
    LorentzStep step(model, light, around);
    step.advance(duration, f, h);
    return largest_difference(f, exact) / largest(exact);
  };
  const double errors[3] = {error_of(16, 6.0, 1.0, false), error_of(24, 6.6, 1.0, false),
                            error_of(32, 7.2, 1.0, false)};
  const double maxwell = error_of(32, 7.2, 0.0, true);
  const double hard[3] = {error_of(16, 6.0, 1.0, true), error_of(24, 6.6, 1.0, true), error_of(32, 7.2, 1.0, true)};
  CAPTURE(errors[0], errors[1], errors[2], maxwell, hard[0], hard[1], hard[2]);
  CHECK(maxwell < 6e-8);
  // f' of hard spheres has a kink at the centre: sums over points see it, and putting them right costs this.
  CHECK(hard[2] < 4e-5);
  CHECK(errors[0] < 2e-3);
  CHECK(errors[1] < 1.4e-5);
  CHECK(errors[2] < 6e-8);
}

TEST_CASE("scattering on heavies that recoil keeps mass, momentum and energy", "[lorentz]") {
  for (const double eps : {0.3, 1e-3}) {
    const MixtureModel model{.eps = eps, .light = kernel(1.0), .cross = kernel(1.0), .heavy = kernel(1.0)};
    const VelocityGrid light = grid_of(24, 7.4), heavy = grid_of(24, 5.6);
    std::vector<double> f = beams(light, {.density = 1.2, .velocity = {0.3, 0.0, 0.1}, .temperature = 1.4}, 0.8);
    std::vector<double> h = beams(heavy, {.density = 0.9, .velocity = {0.2, -0.1, 0.0}, .temperature = 0.6}, 0.6);
    const Total before = total_of(light, heavy, eps, f, h);
    const double heavy_temperature = moments(heavy, 1.0, h).temperature;
    LorentzStep step(model, light, heavy);
    for (int n = 0; n < 10; ++n) step.advance(0.4, f, h);
    const Total after = total_of(light, heavy, eps, f, h);
    CAPTURE(1e15 * (after.light - before.light), 1e15 * (after.heavy - before.heavy),
            1e15 * (after.energy - before.energy), 1e15 * eps * (after.momentum[0] - before.momentum[0]));
    CHECK(after.light == Approx(before.light).epsilon(1e-14));
    CHECK(after.heavy == Approx(before.heavy).epsilon(1e-14));
    CHECK(after.energy == Approx(before.energy).epsilon(2e-14));
    for (int d = 0; d < 3; ++d) CHECK_THAT(after.momentum[d], WithinAbs(before.momentum[d], 1e-14 / eps));
    CHECK(moments(heavy, 1.0, h).temperature == Approx(heavy_temperature).epsilon(1e-13));
    // All relative motion is gone.
    const Moments a = moments(light, 1.0, f), b = moments(heavy, 1.0, h);
    for (int d = 0; d < 3; ++d) CHECK_THAT(a.velocity[d] - eps * b.velocity[d], WithinAbs(0.0, 0.02));
  }
}

TEST_CASE("translations are exact for what the grid resolves", "[separable_map]") {
  const VelocityGrid grid = grid_of(32, 7.2);
  Moments m{.density = 1.0, .velocity = {0.2, -0.4, 0.1}, .temperature = 1.0};
  std::vector<double> f(size_of(grid)), moved(f.size());
  sample_maxwellian(grid, 1.0, m, f);
  SeparableMap map(grid);
  const double shift[3] = {0.31, -0.07, 1e-9};
  map.translate(shift);
  map.apply(f);
  for (int d = 0; d < 3; ++d) m.velocity[d] += shift[d];
  sample_maxwellian(grid, 1.0, m, moved);
  CHECK(largest_difference(f, moved) < 1e-8 * largest(moved));
}

TEST_CASE("the propagator of friction and noise takes Gaussians to Gaussians", "[separable_map]") {
  const double centre[3] = {0.15, -0.1, 0.05};
  const auto error_of = [&](int points, double half_width, double friction) {
    const VelocityGrid grid = grid_of(points, half_width);
    const double bath = 1.0, decay = std::exp(-friction), variance = bath * (1.0 - decay * decay);
    const Moments starts[2] = {{.density = 0.6, .velocity = {0.8, 0.2, 0.0}, .temperature = 1.0},
                               {.density = 0.4, .velocity = {-0.7, 0.0, 0.3}, .temperature = 1.1}};
    std::vector<double> f(size_of(grid)), exact(f.size()), one(f.size());
    for (const Moments& start : starts) {
      sample_maxwellian(grid, 1.0, start, one);
      for (std::size_t n = 0; n < f.size(); ++n) f[n] += one[n];
      Moments end = start;
      for (int d = 0; d < 3; ++d) end.velocity[d] = centre[d] + (start.velocity[d] - centre[d]) * decay;
      end.temperature = start.temperature * decay * decay + variance;
      sample_maxwellian(grid, 1.0, end, one);
      for (std::size_t n = 0; n < f.size(); ++n) exact[n] += one[n];
    }
    SeparableMap map(grid);
    map.relax(centre, friction, variance);
    map.apply(f);
    return largest_difference(f, exact) / largest(exact);
  };
  const double errors[3][2] = {{error_of(16, 6.0, 0.02), error_of(16, 6.0, 0.3)},
                               {error_of(24, 6.6, 0.02), error_of(24, 6.6, 0.3)},
                               {error_of(32, 7.2, 0.02), error_of(32, 7.2, 0.3)}};
  CAPTURE(errors[0][0], errors[0][1], errors[1][0], errors[1][1], errors[2][0], errors[2][1]);
  CHECK(errors[0][0] < 2e-4);
  CHECK(errors[0][1] < 1.6e-3);
  CHECK(errors[1][0] < 4e-7);
  CHECK(errors[1][1] < 4e-6);
  CHECK(errors[2][0] < 6e-9);
  CHECK(errors[2][1] < 4e-9);
}

TEST_CASE("slow exchange of two Maxwellians follows the equation of temperatures", "[slow_exchange]") {
  const MixtureModel model{.eps = 1e-3, .light = kernel(1.0), .cross = kernel(1.0), .heavy = kernel(1.0)};
  const VelocityGrid light = grid_of(24, 7.4), heavy = grid_of(24, 5.6);
  std::vector<double> f(size_of(light)), h(size_of(heavy));
  discrete_maxwellian(light, 1.0, {.density = 1.0, .temperature = 1.4}, f);
  discrete_maxwellian(heavy, 1.0, {.density = 1.0, .temperature = 0.6}, h);
  const Total before = total_of(light, heavy, model.eps, f, h);
  SlowExchange step(model, light, heavy, 2);
  for (int n = 0; n < 8; ++n) step.advance(0.05, f, h);
  const Total after = total_of(light, heavy, model.eps, f, h);
  CHECK(after.light == Approx(before.light).epsilon(1e-14));
  CHECK(after.energy == Approx(before.energy).epsilon(2e-14));
  // Integrated apart from here: (2/3) kappa (T_L - T_H), 4000 steps.
  double t = 1.4;
  for (int n = 0; n < 4000; ++n) {
    const auto slope = [&](double x) { return -2.0 / 3.0 * model.exchange_rate(x) * (2.0 * x - 2.0); };
    const double dt = 1e-4, middle = t + 0.5 * dt * slope(t);
    t += dt * slope(middle);
  }
  const double reached = moments(light, 1.0, f).temperature;
  CHECK_THAT(reached, WithinAbs(t, 3e-6));
  // Both are Maxwellians still.
  std::vector<double> exact(h.size());
  discrete_maxwellian(heavy, 1.0, {.density = 1.0, .temperature = 2.0 - reached}, exact);
  CHECK(largest_difference(h, exact) < 2e-6 * largest(exact));
}

TEST_CASE("a light gas that would cool the heavy one below what friction does is refused", "[slow_exchange]") {
  const MixtureModel model{.eps = 1e-3, .light = kernel(1.0), .cross = kernel(1.0), .heavy = kernel(1.0)};
  const VelocityGrid light = grid_of(24, 8.0), heavy = grid_of(16, 6.0);
  std::vector<double> f(size_of(light)), wide(f.size()), h(size_of(heavy));
  // Negative at large velocities: its temperature is positive, its mean of |c|^3 is not.
  discrete_maxwellian(light, 1.0, {.density = 1.7, .temperature = 1.0}, f);
  discrete_maxwellian(light, 1.0, {.density = 0.7, .temperature = 2.0}, wide);
  for (std::size_t n = 0; n < f.size(); ++n) f[n] -= wide[n];
  discrete_maxwellian(heavy, 1.0, {.density = 1.0, .temperature = 1.0}, h);
  SlowExchange step(model, light, heavy, 1);
  CHECK_THROWS_WITH(step.advance(0.1, f, h), Contains("the time step is too long") && Contains("negative"));
}

}  // namespace tessera::test
