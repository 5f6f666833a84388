#include "sim/boltzmann/disparate/mixture_runs.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/boltzmann/collisions/make_operator.hpp"
#include "sim/boltzmann/disparate/isotropic_mixture.hpp"
#include "sim/boltzmann/disparate/limit.hpp"
#include "sim/boltzmann/disparate/relaxation_operator.hpp"
#include "sim/boltzmann/disparate/sums.hpp"
#include "stored.hpp"

namespace tessera::test {

using namespace sim;
using namespace sim::boltzmann;
using namespace sim::boltzmann::disparate;

namespace {

std::unique_ptr<CollisionOperator> collisions_of(const CollisionKernel& kernel, const VelocityGrid& grid) {
  SpectralParams params;
  params.support = 0.5 * grid.half_width;
  params.radial_points = 14;
  params.sphere_points = 12;
  params.method = SpectralMethod::classic;
  return make_collision_operator(comm(), kernel, 1.0, grid, params);
}

}  // namespace

Mixture::Mixture(double eps, double gamma, int points)
    : light{.points = points, .half_width = 7.4}, heavy{.points = points, .half_width = 5.6} {
  const CollisionKernel kernel{1.0 / (4.0 * std::numbers::pi), gamma, 1.0};
  model = {.eps = eps, .light = kernel, .cross = kernel, .heavy = kernel};
  light_collisions = collisions_of(kernel, light);
  heavy_collisions = collisions_of(kernel, heavy);
}

void Mixture::start_moving() {
  f = beams(light, {.density = 1.0, .velocity = {0.3, 0.0, 0.0}, .temperature = 1.4}, 0.8);
  h = beams(heavy, {.density = 1.0, .velocity = {0.2, -0.1, 0.0}, .temperature = 0.6}, 0.6);
}

void Mixture::start_at_rest(double excess) {
  f = bobylev(light, {.density = 1.0, .temperature = 1.4}, excess);
  h = bobylev(heavy, {.density = 1.0, .temperature = 0.6}, excess);
}

Moments Mixture::light_moments() const { return moments(light, 1.0, f); }
Moments Mixture::heavy_moments() const { return moments(heavy, 1.0, h); }

double Mixture::largest_error(double dt, bool shifts_equilibrium, double excess) {
  start_at_rest(excess);
  Scheme scheme(model, {.epoch = 2, .order = 2, .shifts_equilibrium = shifts_equilibrium}, *light_collisions,
                *heavy_collisions);
  IsotropicMixture exact(model, IsotropicEquations::exact, 16, 1.0);
  exact.start(0, 1.0, 1.4, excess);
  exact.start(1, 1.0, 0.6, excess);
  double error = 0.0;
  const int steps = static_cast<int>(std::lround(0.4 / dt));
  for (int step = 1; step <= steps; ++step) {
    scheme.advance(dt, f, h);
    const double tau = dt * step;
    double expected = 0.0;
    if (model.eps > 1e-3) {
      exact.advance_to(tau / (model.eps * model.eps), 1e-8);
      expected = exact.temperature(0);
    } else {
      expected = limit_temperature(model, {1.0, 1.0}, {1.4, 0.6}, tau);
    }
    error = std::max(error, std::abs(light_moments().temperature - expected));
  }
  return error;
}

Differences follow(const std::string& name, double eps, double gamma, std::int64_t last) {
  const Stored table = read_stored(data_path("boltzmann/disparate/runs.h5"), name);
  const auto at = [&](std::int64_t row, int column) {
    return table.numbers[static_cast<std::size_t>(row * table.width + column)];
  };
  Mixture mixture(eps, gamma);
  mixture.start_moving();
  const Invariants light_start = sum_invariants(mixture.light, mixture.f);
  const Invariants heavy_start = sum_invariants(mixture.heavy, mixture.h);
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
    const Invariants light_sums = sum_invariants(mixture.light, mixture.f);
    const Invariants heavy_sums = sum_invariants(mixture.heavy, mixture.h);
    note(largest.mass, light_sums.number - light_start.number);
    note(largest.mass, heavy_sums.number - heavy_start.number);
    const double energy = light_start.energy + heavy_start.energy;
    note(largest.energy, (light_sums.energy + heavy_sums.energy - energy) / energy);
    for (int d = 0; d < 3; ++d) {
      const double lost =
          light_start.momentum[d] - light_sums.momentum[d] + (heavy_start.momentum[d] - heavy_sums.momentum[d]) / eps;
      note(largest.momentum, lost * eps / 0.2);
    }
  }
  return largest;
}

void check(const Differences& largest, double velocity) {
  CAPTURE(largest.temperature, largest.along, largest.velocity, 1e15 * largest.mass, 1e15 * largest.momentum,
          1e15 * largest.energy);
  CHECK(largest.temperature < 5e-4);
  CHECK(largest.along < 2e-3);
  CHECK(largest.velocity < velocity);
  CHECK(largest.mass < 5e-14);  // rounding of sums of 14,000 numbers in 200 steps
  CHECK(largest.momentum < 3e-13);
  CHECK(largest.energy < 4e-14);
}

}  // namespace tessera::test
