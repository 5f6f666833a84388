// Exact solutions of mixtures against one another.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "catch.hpp"
#include "sim/boltzmann/disparate/isotropic_mixture.hpp"
#include "sim/boltzmann/disparate/limit.hpp"
#include "sim/boltzmann/exact/maxwell_mixture.hpp"

namespace tessera::test {

using namespace sim;
using namespace sim::boltzmann;
using namespace sim::boltzmann::disparate;

namespace {

MixtureModel model_of(double eps, double gamma, Expansion expansion = Expansion::resummed) {
  const CollisionKernel kernel{1.0 / (4.0 * std::numbers::pi), gamma, 1.0};
  return {.eps = eps, .light = kernel, .cross = kernel, .heavy = kernel, .expansion = expansion};
}

IsotropicMixture mixture_of(const MixtureModel& model, IsotropicEquations equations, int size) {
  IsotropicMixture mixture(model, equations, size, 1.0);
  mixture.start(0, 1.0, 1.4, 0.3);
  mixture.start(1, 1.0, 0.6, 0.3);
  return mixture;
}

/// Largest difference of light temperatures at 40 times, tau = eps^2 t from 1e-4 to 1, each twice as large.
double largest_error(double eps, Expansion expansion) {
  IsotropicMixture exact = mixture_of(model_of(eps, 1.0), IsotropicEquations::exact, 16);
  IsotropicMixture model = mixture_of(model_of(eps, 1.0, expansion), IsotropicEquations::expanded, 16);
  double error = 0.0;
  for (double tau = 1e-4; tau < 2.0; tau *= 1.4) {
    exact.advance_to(tau / (eps * eps), 1e-9);
    model.advance_to(tau / (eps * eps), 1e-9);
    error = std::max(error, std::abs(exact.temperature(0) - model.temperature(0)));
  }
  return error;
}

}  // namespace

TEST_CASE("the exact isotropic mixture keeps mass and energy, and meets the closed form", "[isotropic]") {
  const MixtureModel model = model_of(0.1, 0.0);
  IsotropicMixture mixture = mixture_of(model, IsotropicEquations::exact, 14);
  const MaxwellPair closed({1.0, 1.0}, {1.0, 100.0}, model.cross);
  const MaxwellPair::State start{{}, {1.4, 0.6}};
  CHECK(mixture.temperature(0) == Approx(1.4));
  CHECK(mixture.fourth_moment(0) == Approx(0.859375));
  for (const double t : {1.0, 10.0, 100.0}) {
    mixture.advance_to(t, 1e-10);
    const auto state = closed.at(t, start);
    CHECK_THAT(mixture.temperature(0), WithinAbs(state.temperature[0], 1e-8));
    CHECK_THAT(mixture.temperature(1), WithinAbs(state.temperature[1], 1e-8));
    CHECK_THAT(mixture.coefficients()[0], WithinAbs(1.0, 1e-11));
  }
}

TEST_CASE("errors of the expansions in the ratio of masses", "[isotropic]") {
  const double plain[3] = {largest_error(0.3, Expansion::plain), largest_error(0.1, Expansion::plain),
                           largest_error(0.03, Expansion::plain)};
  const double resummed[3] = {largest_error(0.3, Expansion::resummed), largest_error(0.1, Expansion::resummed),
                              largest_error(0.03, Expansion::resummed)};
  CAPTURE(plain[0], plain[1], plain[2], resummed[0], resummed[1], resummed[2]);
  CHECK(plain[0] == Approx(1.8e-2).epsilon(0.1));
  CHECK(plain[1] == Approx(2.3e-3).epsilon(0.1));
  CHECK(plain[2] == Approx(2.1e-4).epsilon(0.1));
  CHECK(resummed[0] == Approx(1.7e-3).epsilon(0.1));
  CHECK(resummed[1] == Approx(6.3e-5).epsilon(0.1));
  CHECK(resummed[2] == Approx(1.7e-6).epsilon(0.15));
}

TEST_CASE("the limit of small mass ratios", "[limit]") {
  // Maxwell molecules: T_L - T_H decays at (4/3) kappa for equal densities.
  const MixtureModel model = model_of(1e-3, 0.0);
  const double kappa = model.exchange_rate(1.0);
  CHECK(kappa == Approx(3.0));
  CHECK(limit_temperature(model, {1.0, 1.0}, {1.4, 0.6}, 0.2) ==
        Approx(1.0 + 0.4 * std::exp(-4.0 / 3.0 * kappa * 0.2)));
  CHECK(model_of(0.1, 1.0).exchange_rate(1.0) == Approx(8.0 * std::sqrt(2.0 / std::numbers::pi)));
}

}  // namespace tessera::test
