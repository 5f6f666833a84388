// Exact solutions of mixtures against one another.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "catch.hpp"
#include "sim/boltzmann/disparate/isotropic_mixture.hpp"
#include "sim/boltzmann/disparate/limit.hpp"
#include "sim/boltzmann/exact/maxwell_mixture.hpp"
#include "stored.hpp"

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

TEST_CASE("exact and expanded isotropic mixtures are those of an independent program", "[isotropic]") {
  struct Stage {
    const char* name;
    double eps, gamma;
  };
  for (const auto& [name, eps, gamma] : {Stage{"maxwell_eps0.1", 0.1, 0.0}, Stage{"g05_eps0.1", 0.1, 0.5},
                                         Stage{"hs_eps0.3", 0.3, 1.0}, Stage{"hs_eps0.03", 0.03, 1.0}}) {
    const Stored stored = read_stored(data_path("boltzmann/disparate/isotropic.h5"), name);
    REQUIRE(stored.width == 9);
    IsotropicMixture exact = mixture_of(model_of(eps, gamma), IsotropicEquations::exact, 20);
    IsotropicMixture resummed = mixture_of(model_of(eps, gamma), IsotropicEquations::expanded, 20);
    IsotropicMixture plain = mixture_of(model_of(eps, gamma, Expansion::plain), IsotropicEquations::expanded, 20);
    double largest[3] = {};
    for (std::int64_t row = 0; row < stored.rows; ++row) {
      const double* values = stored.numbers.data() + 9 * row;
      for (auto* mixture : {&exact, &resummed, &plain}) mixture->advance_to(values[0], 1e-9);
      for (int species = 0; species < 2; ++species) {
        const auto note = [&](double& most, double a, double b) { most = std::max(most, std::abs(a - b)); };
        note(largest[0], exact.temperature(species), values[1 + species]);
        note(largest[0], exact.fourth_moment(species), values[3 + species]);
        note(largest[1], resummed.temperature(species), values[5 + species]);
        note(largest[2], plain.temperature(species), values[7 + species]);
      }
    }
    CAPTURE(name, largest[0], largest[1], largest[2]);
    for (const double error : largest) CHECK(error < 1e-6);
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
