// How often particles collide in equilibrium, against theory.
#include <fmt/format.h>

#include <cmath>

#include "gas_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

/// Collisions a unit volume and time in equilibrium at these densities, at the temperature that the gas has.
double theory(const Simulation& simulation, const std::vector<double>& density) {
  const auto species = sim::dsmc::measure(simulation);
  double heat = 0.0, particles = 0.0, rate = 0.0;
  for (const auto& one : species) {
    heat += one.particles * one.temperature;
    particles += one.particles;
  }
  for (std::size_t a = 0; a < density.size(); ++a)
    for (std::size_t b = 0; b < density.size(); ++b)
      rate += 0.5 * density[a] * density[b] *
              simulation.gas().collision_rate(static_cast<int>(a), static_cast<int>(b), heat / particles);
  return rate;
}

void collides_as_theory_says(const std::string& keys, const std::vector<double>& density) {
  INFO(keys);
  const auto gas = started_gas(comm(), dsmc_params("particles = 20000\n" + keys));
  const double expected = theory(*gas, density);
  constexpr int steps = 60;
  const auto collisions = static_cast<double>(advance(*gas, steps));
  const double real = collisions * gas->weight() / (steps * gas->params().dt);  // the volume is 1
  // The scatter of a count, and of the temperature in parts that exchange heat slowly.
  const double error = std::sqrt(1.0 / collisions + 0.25 / 20000.0);
  CHECK(collisions > 10000.0);
  CHECK_THAT(real, WithinRel(expected, 4.0 * error));
}

}  // namespace

TEST_CASE("particles collide as often as theory says", "[dsmc]") {
  collides_as_theory_says("cells = [400]\ndt = 0.001\n" + hard_spheres(0.03), {1.0});
  collides_as_theory_says("dt = 0.1\n" + hard_spheres(1.0), {1.0});
  collides_as_theory_says(
      "cells = [30, 30]\ndt = 0.005\n[[stage.species]]\nname = \"gas\"\nmass = 3.0\ndiameter = 2.0\n"
      "viscosity_exponent = 0.75\nreference_temperature = 2.0\nscattering = 1.6\n[[stage.initial]]\ntemperature = "
      "1.7\n",
      {1.0});
  collides_as_theory_says(
      "cells = [10, 10, 10]\ndt = 0.005\n[[stage.species]]\nname = \"a\"\ndiameter = 2.0\n[[stage.species]]\n"
      "name = \"b\"\nmass = 10.0\ndiameter = 3.0\nviscosity_exponent = 0.9\n[[stage.initial]]\nspecies = \"a\"\n"
      "[[stage.initial]]\nspecies = \"b\"\ndensity = 0.4\n",
      {1.0, 0.4});
  collides_as_theory_says(
      "cells = [20]\ndt = 0.02\n[[stage.pair]]\nbetween = [\"gas\", \"gas\"]\nstrength = 0.1\nexponent = 0.0\n", {1.0});
}
