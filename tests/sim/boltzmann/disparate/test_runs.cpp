// Whole runs with Boltzmann collisions against runs of a program written apart from this one, and against the exact
// mixture.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "catch.hpp"
#include "sim/boltzmann/collisions/make_operator.hpp"
#include "sim/boltzmann/disparate/isotropic_mixture.hpp"
#include "sim/boltzmann/disparate/limit.hpp"
#include "sim/boltzmann/disparate/relaxation_operator.hpp"
#include "sim/boltzmann/disparate/scheme.hpp"
#include "sim/boltzmann/exact/maxwell_mixture.hpp"
#include "stored.hpp"

namespace tessera::test {

using namespace sim;
using namespace sim::boltzmann;
using namespace sim::boltzmann::disparate;

namespace {

/// Grids and rules of the tables.
struct Mixture {
  MixtureModel model;
  VelocityGrid light{.points = 24, .half_width = 7.4}, heavy{.points = 24, .half_width = 5.6};
  std::unique_ptr<CollisionOperator> light_collisions, heavy_collisions;
  std::vector<double> f, h;

  Mixture(double eps, double gamma) {
    const CollisionKernel kernel{1.0 / (4.0 * std::numbers::pi), gamma, 1.0};
    model = {.eps = eps, .light = kernel, .cross = kernel, .heavy = kernel};
    light_collisions = collisions(kernel, light);
    heavy_collisions = collisions(kernel, heavy);
  }
  static std::unique_ptr<CollisionOperator> collisions(const CollisionKernel& kernel, const VelocityGrid& grid) {
    SpectralParams params;
    params.support = 0.5 * grid.half_width;
    params.radial_points = 14;
    params.sphere_points = 12;
    params.method = SpectralMethod::classic;
    return make_collision_operator(comm(), kernel, 1.0, grid, params);
  }
  Moments light_moments() const { return moments(light, 1.0, f); }
  Moments heavy_moments() const { return moments(heavy, 1.0, h); }
};

/// Largest differences of temperatures, T_xx and velocities from the table over its first rows.
struct Differences {
  double temperature = 0.0, along = 0.0, velocity = 0.0;
};

Differences follow(const std::string& name, double eps, double gamma, std::int64_t last) {
  const Stored table = read_stored(data_path("boltzmann/disparate/runs.h5"), name);
  const auto at = [&](std::int64_t row, int column) {
    return table.numbers[static_cast<std::size_t>(row * table.width + column)];
  };
  Mixture mixture(eps, gamma);
  mixture.f = beams(mixture.light, {.density = 1.0, .velocity = {0.3, 0.0, 0.0}, .temperature = 1.4}, 0.8);
  mixture.h = beams(mixture.heavy, {.density = 1.0, .velocity = {0.2, -0.1, 0.0}, .temperature = 0.6}, 0.6);
  Scheme scheme(mixture.model, {.epoch = 0, .order = 2}, *mixture.light_collisions, *mixture.heavy_collisions);
  Differences largest;
  const auto note = [](double& field, double difference) { field = std::max(field, std::abs(difference)); };
  for (std::int64_t row = 1; row <= std::min(last, table.rows - 1); ++row) {
    scheme.advance(at(row, 0) - at(row - 1, 0), mixture.f, mixture.h);
    const Moments light = mixture.light_moments(), heavy = mixture.heavy_moments();
    note(largest.temperature, light.temperature - at(row, 1));
    note(largest.temperature, heavy.temperature - at(row, 2));
    note(largest.along, fluxes(mixture.light, 1.0, light, mixture.f).stress[0] / light.density - at(row, 3));
    note(largest.along, fluxes(mixture.heavy, 1.0, heavy, mixture.h).stress[0] / heavy.density - at(row, 4));
    for (int d = 0; d < 3; ++d) {
      note(largest.velocity, light.velocity[d] - at(row, 5 + d));
      note(largest.velocity, heavy.velocity[d] - at(row, 8 + d));
    }
  }
  return largest;
}

void check(const Differences& largest) {
  CAPTURE(largest.temperature, largest.along, largest.velocity);
  CHECK(largest.temperature < 5e-4);
  CHECK(largest.along < 2e-3);
  CHECK(largest.velocity < 5e-4);
}

}  // namespace

TEST_CASE("the first epoch is that of the tables", "[runs]") {
  check(follow("gamma1_eps0.1", 0.1, 1.0, 16));
  check(follow("gamma1_eps0.001", 1e-3, 1.0, 8));
}

TEST_CASE("Maxwell molecules follow the closed equations of momentum and energy", "[runs]") {
  Mixture mixture(0.1, 0.0);
  mixture.f = beams(mixture.light, {.density = 1.0, .velocity = {0.3, 0.0, 0.0}, .temperature = 1.4}, 0.8);
  mixture.h = beams(mixture.heavy, {.density = 1.0, .velocity = {0.2, -0.1, 0.0}, .temperature = 0.6}, 0.6);
  const MaxwellPair closed({1.0, 1.0}, {1.0, 100.0}, mixture.model.cross);
  const MaxwellPair::State start{{{0.3, 0.0, 0.0}, {0.02, -0.01, 0.0}}, {1.4, 0.6}};
  Scheme scheme(mixture.model, {.epoch = 0, .order = 2}, *mixture.light_collisions, *mixture.heavy_collisions);
  for (int n = 1; n <= 10; ++n) {
    scheme.advance(0.05, mixture.f, mixture.h);
    const auto state = closed.at(0.05 * n, start);
    CHECK_THAT(mixture.light_moments().temperature, WithinAbs(state.temperature[0], 5e-6));
    CHECK_THAT(mixture.light_moments().velocity[0], WithinAbs(state.velocity[0][0], 5e-6));
  }
}

TEST_CASE("what is left at a given time step falls with the square of eps", "[runs]") {
  double error[3];
  const double ratios[3] = {0.3, 0.1, 1e-5};
  for (int n = 0; n < 3; ++n) {
    Mixture mixture(ratios[n], 1.0);
    mixture.f = bobylev(mixture.light, {.density = 1.0, .temperature = 1.4}, 0.3);
    mixture.h = bobylev(mixture.heavy, {.density = 1.0, .temperature = 0.6}, 0.3);
    Scheme scheme(mixture.model, {.epoch = 2, .order = 2, .shifts_equilibrium = false}, *mixture.light_collisions,
                  *mixture.heavy_collisions);
    IsotropicMixture exact(mixture.model, IsotropicEquations::exact, 16, 1.0);
    exact.start(0, 1.0, 1.4, 0.3);
    exact.start(1, 1.0, 0.6, 0.3);
    error[n] = 0.0;
    for (int step = 1; step <= 8; ++step) {
      scheme.advance(0.05, mixture.f, mixture.h);
      const double tau = 0.05 * step;
      double expected = 0.0;
      if (ratios[n] > 1e-3) {
        exact.advance_to(tau / (ratios[n] * ratios[n]), 1e-8);
        expected = exact.temperature(0);
      } else {
        expected = limit_temperature(mixture.model, {1.0, 1.0}, {1.4, 0.6}, tau);
      }
      error[n] = std::max(error[n], std::abs(mixture.light_moments().temperature - expected));
    }
  }
  CAPTURE(error[0], error[1], error[2]);
  CHECK(error[1] < 3e-3);
  CHECK(error[2] < 1.2e-6);
}

}  // namespace tessera::test
