// The composed scheme with cheap collisions: conservation, order, and the limit of small mass ratios.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "catch.hpp"
#include "sim/boltzmann/disparate/limit.hpp"
#include "sim/boltzmann/disparate/relaxation_operator.hpp"
#include "sim/boltzmann/disparate/scheme.hpp"
#include "sim/boltzmann/disparate/sums.hpp"
#include "sim/boltzmann/exact/maxwell_mixture.hpp"

namespace tessera::test {

using namespace sim;
using namespace sim::boltzmann;
using namespace sim::boltzmann::disparate;

namespace {

struct Case {
  MixtureModel model;
  SchemeParams params;
  VelocityGrid light{.points = 16, .half_width = 6.6}, heavy{.points = 16, .half_width = 5.2};
  std::vector<double> f, h;

  Case(double eps, double gamma, SchemeParams scheme) : params(scheme) {
    const CollisionKernel kernel{1.0 / (4.0 * std::numbers::pi), gamma, 1.0};
    model = {.eps = eps, .light = kernel, .cross = kernel, .heavy = kernel};
  }
  void start_moving() {
    f = beams(light, {.density = 1.0, .velocity = {0.3, 0.0, 0.0}, .temperature = 1.4}, 0.8);
    h = beams(heavy, {.density = 1.0, .velocity = {0.2, -0.1, 0.0}, .temperature = 0.6}, 0.6);
  }
  void start_maxwellian() {
    f.resize(static_cast<std::size_t>(light.size()));
    h.resize(static_cast<std::size_t>(heavy.size()));
    discrete_maxwellian(light, 1.0, {.density = 1.0, .temperature = 1.4}, f);
    discrete_maxwellian(heavy, 1.0, {.density = 1.0, .temperature = 0.6}, h);
  }
  /// Returns evaluations of an operator.
  std::int64_t run(double dt, int steps) {
    RelaxationOperator light_collisions(light, 1.0), heavy_collisions(heavy, 1.0);
    Scheme scheme(model, params, light_collisions, heavy_collisions);
    for (int n = 0; n < steps; ++n) scheme.advance(dt, f, h);
    return scheme.num_evaluations();
  }
  /// Temperatures, mean velocities and temperatures along x, light and heavy in turn.
  std::vector<double> moments_that_relax() const {
    const Moments a = moments(light, 1.0, f), b = moments(heavy, 1.0, h);
    return {a.temperature,
            b.temperature,
            a.velocity[0],
            b.velocity[0],
            fluxes(light, 1.0, a, f).stress[0] / a.density,
            fluxes(heavy, 1.0, b, h).stress[0] / b.density};
  }
  double light_temperature() const { return moments(light, 1.0, f).temperature; }
  double energy() const { return 0.5 * (sum_invariants(light, f).energy + sum_invariants(heavy, h).energy); }
};

std::size_t to_place(int d) { return static_cast<std::size_t>(d); }

}  // namespace

TEST_CASE("mass, momentum and energy are kept to rounding", "[scheme]") {
  for (const double eps : {0.3, 0.01}) {
    Case mixture(eps, 1.0, {.epoch = 0, .order = 2});
    mixture.start_moving();
    const Invariants light = sum_invariants(mixture.light, mixture.f), heavy = sum_invariants(mixture.heavy, mixture.h);
    const double energy = mixture.energy();
    RelaxationOperator light_collisions(mixture.light, 1.0), heavy_collisions(mixture.heavy, 1.0);
    Scheme scheme(mixture.model, mixture.params, light_collisions, heavy_collisions);
    double dt = 0.02;
    for (int n = 0; n < 60; ++n, dt *= 1.08) scheme.advance(dt, mixture.f, mixture.h);
    const Invariants light_after = sum_invariants(mixture.light, mixture.f);
    const Invariants heavy_after = sum_invariants(mixture.heavy, mixture.h);
    CAPTURE(eps, 1e15 * (light_after.number - light.number), 1e15 * (heavy_after.number - heavy.number),
            1e15 * (mixture.energy() - energy) / energy);
    CHECK_THAT(light_after.number, WithinAbs(light.number, 1e-14));
    CHECK_THAT(heavy_after.number, WithinAbs(heavy.number, 1e-14));
    CHECK(std::abs(mixture.energy() - energy) < 4e-14 * energy);
    for (int d = 0; d < 3; ++d) {
      const double before = light.momentum[d] + heavy.momentum[d] / eps;
      CHECK_THAT(light_after.momentum[d] + heavy_after.momentum[d] / eps, WithinAbs(before, 3e-13 * 0.2 / eps));
    }
  }
}

// Of moments, on grids so fine that what a step loses to them does not count.
TEST_CASE("orders in time", "[scheme]") {
  for (const int order : {1, 2}) {
    std::vector<double> moments_at[4];
    for (int n = 0; n < 4; ++n) {
      Case mixture(0.5, 1.0, {.epoch = 0, .order = order});
      mixture.light = {.points = 32, .half_width = 7.8};
      mixture.heavy = {.points = 32, .half_width = 6.0};
      mixture.start_moving();
      mixture.run(0.4 / (1 << n), 1 << n);
      moments_at[n] = mixture.moments_that_relax();
    }
    for (std::size_t k = 0; k < moments_at[0].size(); ++k) {
      // The first order's error of mean velocities changes its sign in this range.
      if (order == 1 && (k == 2 || k == 3)) continue;
      const auto change = [&](int n) { return moments_at[n + 1][k] - moments_at[n][k]; };
      const double coarse = std::log2(change(0) / change(1)), fine = std::log2(change(1) / change(2));
      CAPTURE(order, k, coarse, fine, change(0), change(1), change(2));
      CHECK_THAT(fine, WithinAbs(order, 0.25));
    }
  }
}

TEST_CASE("the limit equation is met at a given time step, and the work does not depend on the ratio", "[scheme]") {
  std::int64_t evaluations = 0;
  double before = 0.0;
  for (const double eps : {1e-2, 1e-4, 1e-5}) {
    Case mixture(eps, 1.0, {.epoch = 2, .order = 2});
    mixture.light = {.points = 24, .half_width = 7.4};
    mixture.heavy = {.points = 24, .half_width = 5.6};
    mixture.start_maxwellian();
    const std::int64_t count = mixture.run(0.05, 8);
    if (evaluations > 0) CHECK(count == evaluations);
    evaluations = count;
    const double limit = limit_temperature(mixture.model, {1.0, 1.0}, {1.4, 0.6}, 0.4);
    CAPTURE(eps, mixture.light_temperature() - limit);
    if (eps < 1e-3) CHECK_THAT(mixture.light_temperature(), WithinAbs(limit, 5e-6));
    if (eps == 1e-5) CHECK_THAT(mixture.light_temperature(), WithinAbs(before, 1e-7));
    before = mixture.light_temperature();
  }
}

TEST_CASE("Maxwell molecules exchange momentum and energy exactly, whatever the masses", "[scheme]") {
  for (const double eps : {0.5, 0.1}) {
    Case mixture(eps, 0.0, {.epoch = 0, .order = 2});
    mixture.start_moving();
    const MaxwellPair closed({1.0, 1.0}, {1.0, 1.0 / (eps * eps)}, mixture.model.cross);
    const MaxwellPair::State start{{{0.3, 0.0, 0.0}, {0.2 * eps, -0.1 * eps, 0.0}}, {1.4, 0.6}};
    const double dt = 0.1;
    mixture.run(dt, 20);
    const auto state = closed.at(20 * dt, start);
    const Moments light = moments(mixture.light, 1.0, mixture.f), heavy = moments(mixture.heavy, 1.0, mixture.h);
    CAPTURE(eps, light.temperature - state.temperature[0], light.velocity[0] - state.velocity[0][0]);
    CHECK_THAT(light.temperature, WithinAbs(state.temperature[0], 2e-5));
    CHECK_THAT(heavy.temperature, WithinAbs(state.temperature[1], 2e-5));
    for (int d = 0; d < 3; ++d) {
      CHECK_THAT(light.velocity[d], WithinAbs(state.velocity[0][to_place(d)], 2e-5));
      CHECK_THAT(eps * heavy.velocity[d], WithinAbs(state.velocity[1][to_place(d)], 2e-5));
    }
  }
}

TEST_CASE("a cell does not depend on those beside it", "[scheme]") {
  Case one(0.1, 1.0, {.epoch = 1, .order = 2}), other(0.1, 1.0, {.epoch = 1, .order = 2});
  one.start_moving();
  other.start_maxwellian();
  Case both = one;
  both.f.insert(both.f.end(), other.f.begin(), other.f.end());
  both.h.insert(both.h.end(), other.h.begin(), other.h.end());
  one.run(0.1, 2);
  other.run(0.1, 2);
  both.run(0.1, 2);
  std::vector<double> f = one.f, h = one.h;
  f.insert(f.end(), other.f.begin(), other.f.end());
  h.insert(h.end(), other.h.begin(), other.h.end());
  CHECK(both.f == f);
  CHECK(both.h == h);
}

}  // namespace tessera::test
