// Species and kernels: what tables of gases say about viscosity, free paths and rates.
#include "sim/gas.hpp"

#include "catch.hpp"
#include "spectral_samples.hpp"
#include "stage_deck.hpp"

using namespace tessera::test;
using tessera::sim::CollisionKernel;
using tessera::sim::Gas;
using tessera::sim::GasParams;

namespace {

struct Deck {
  GasParams gas;
};
void bind(tessera::deck::Binder& binder, Deck& deck) { tessera::sim::bind_gas(binder, deck.gas); }

GasParams one(double diameter, double omega, double alpha, double mass, double temperature) {
  GasParams params;
  params.species = {{"a", mass, diameter, omega, temperature, alpha}};
  return params;
}

}  // namespace

TEST_CASE("viscosity is that of the tables", "[gas][golden]") {
  const Values gamma = stored("transport/gamma"), viscosity = stored("transport/viscosity_first_sonine");
  for (std::size_t n = 0; n < gamma.size(); ++n) {
    GasParams params;
    params.species = {{.name = "a"}};
    params.pairs = {{{"a", "a"}, unit_strength, gamma[n]}};
    CHECK_THAT(Gas(params).viscosity(0, 1.0), WithinRel(viscosity[n], 1e-12));
  }
}

TEST_CASE("viscosity of spheres of given diameter", "[gas]") {
  // Hard spheres: 5/16 sqrt(m k T / pi) / d^2. Variable soft ones at the reference temperature (Bird 1994, 3.73):
  // 5 (alpha + 1)(alpha + 2) sqrt(pi m k T) / (4 pi alpha d^2 (5 - 2 omega)(7 - 2 omega)).
  const double mass = 1.7, temperature = 0.6, boltzmann = 1.3, energy = boltzmann * temperature;
  CHECK_THAT(Gas(one(0.4, 0.5, 1.0, mass, 2.0), boltzmann).viscosity(0, temperature),
             WithinRel(5.0 / 16.0 * std::sqrt(mass * energy / pi) / 0.16, 1e-13));
  for (const double omega : {0.5, 0.74, 1.0})
    for (const double alpha : {1.0, 1.4, 0.8}) {
      const Gas gas(one(0.4, omega, alpha, mass, temperature), boltzmann);
      const double expected = 5.0 * (alpha + 1.0) * (alpha + 2.0) * std::sqrt(pi * mass * energy) /
                              (4.0 * pi * alpha * 0.16 * (5.0 - 2.0 * omega) * (7.0 - 2.0 * omega));
      CHECK_THAT(gas.viscosity(0, temperature), WithinRel(expected, 1e-12));
      CHECK_THAT(gas.viscosity(0, 3.0 * temperature), WithinRel(expected * std::pow(3.0, omega), 1e-12));
    }
}

TEST_CASE("free paths and rates of hard spheres", "[gas]") {
  const double d = 0.4, n = 1.3, temperature = 0.8, mass = 2.0;
  const Gas gas(one(d, 0.5, 1.0, mass, 1.0));
  CHECK_THAT(gas.mean_free_path(0, {n}, temperature), WithinRel(1.0 / (std::sqrt(2.0) * pi * d * d * n), 1e-13));
  CHECK_THAT(gas.collision_rate(0, 0, temperature),
             WithinRel(pi * d * d * std::sqrt(16.0 * temperature / (pi * mass)), 1e-13));
  CHECK_THAT(gas.kernel(0, 0).strength, WithinRel(0.25 * d * d, 1e-14));
  CHECK(gas.kernel(0, 0).gamma == 1.0);
}

TEST_CASE("moments of kernels over angles", "[gas]") {
  const CollisionKernel kernel{0.3, 0.5, 1.6};
  double total = 0.0, momentum = 0.0, viscosity = 0.0;
  // (1 + c)^(alpha - 1) is smooth in s = (1 + c)^(1/2).
  constexpr int points = 20000;
  for (int k = 0; k < points; ++k) {
    const double s = (k + 0.5) / points * std::sqrt(2.0), c = s * s - 1.0;
    const double b =
        kernel.strength * kernel.alpha * std::pow(2.0, 1.0 - kernel.alpha) * std::pow(s * s, kernel.alpha - 1.0);
    const double weight = 2.0 * pi * b * 2.0 * s * std::sqrt(2.0) / points;
    total += weight;
    momentum += weight * (1.0 - c);
    viscosity += weight * (1.0 - c * c);
  }
  CHECK_THAT(kernel.total(), WithinRel(total, 1e-7));
  CHECK_THAT(kernel.momentum_transfer(), WithinRel(momentum, 1e-7));
  CHECK_THAT(kernel.viscosity_transfer(), WithinRel(viscosity, 1e-7));
}

TEST_CASE("two species collide with the mean of their diameters", "[gas]") {
  GasParams params;
  params.species = {{"a", 1.0, 0.4, 0.5}, {"b", 3.0, 0.6, 0.5}};
  params.pairs = {{{"b", "b"}, 0.7, 0.25, 1.2}};
  const Gas gas(params);
  CHECK_THAT(gas.kernel(0, 1).strength, WithinRel(0.25 * 0.25, 1e-14));
  CHECK(gas.kernel(1, 0).strength == gas.kernel(0, 1).strength);
  CHECK(gas.kernel(1, 1).strength == 0.7);
  CHECK(gas.kernel(1, 1).gamma == 0.25);
  CHECK(gas.kernel(1, 1).alpha == 1.2);
  // Free path in a mixture: rates add up.
  const double rate = 0.3 * gas.collision_rate(0, 0, 1.0) + 0.9 * gas.collision_rate(0, 1, 1.0);
  CHECK_THAT(gas.mean_free_path(0, {0.3, 0.9}, 1.0), WithinRel(std::sqrt(8.0 / pi) / rate, 1e-13));
}

TEST_CASE("gases in decks", "[gas]") {
  const auto about = [](const std::string& keys) { return complaint_about<Deck>(keys); };
  const std::string species = "[[stage.species]]\nname = \"a\"\n";
  CHECK_THAT(about(""), Contains("how do 'gas' and 'gas' collide"));
  CHECK_THAT(about(species), Contains("how do 'a' and 'a' collide"));
  CHECK(about(species + "diameter = 1.0\n") == "no error");
  CHECK_THAT(about(species + "diameter = 1.0\n" + species), Contains("two species are named 'a'"));
  CHECK_THAT(about(species + "diameter = 1.0\nviscosity_exponent = 1.2\n"), Contains("viscosity_exponent"));
  const std::string pair = "[[stage.pair]]\nbetween = [\"a\", \"a\"]\nstrength = 0.1\n";
  CHECK(about(species + pair) == "no error");
  CHECK_THAT(about(species + pair + pair), Contains("is given twice"));
  CHECK_THAT(about(species + pair + "exponent = 1.5\n"), Contains("exponent"));
  CHECK_THAT(about(species + "[[stage.pair]]\nbetween = [\"a\", \"b\"]\nstrength = 0.1\n"),
             Contains("there is no species 'b'"));
}
