// What collisions and flight leave as it is.
#include <cmath>

#include "gas_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

struct Whole {
  double particles = 0.0, momentum[3] = {}, energy = 0.0;
};

Whole whole_of(const Simulation& simulation) {
  Whole whole;
  for (const auto& species : sim::dsmc::measure(simulation)) {
    whole.particles += species.particles;
    whole.energy += species.energy;
    for (int c = 0; c < 3; ++c) whole.momentum[c] += species.momentum[c];
  }
  return whole;
}

void conserves(const std::string& keys) {
  INFO(keys);
  const auto gas = started_gas(comm(), dsmc_params(keys));
  const Whole before = whole_of(*gas);
  CHECK(advance(*gas, 40) > 2000);
  const Whole after = whole_of(*gas);
  CHECK(after.particles == before.particles);
  CHECK_THAT(after.energy, WithinRel(before.energy, 1e-13));
  for (int c = 0; c < 3; ++c)
    CHECK_THAT(after.momentum[c], WithinAbs(before.momentum[c], 1e-13 * std::sqrt(2.0 * before.energy)));
}

}  // namespace

TEST_CASE("collisions of all kinds conserve particles, momentum and energy", "[dsmc]") {
  conserves("particles = 3000\ncells = [20]\ndt = 0.02\n" + hard_spheres(0.1));
  conserves(
      "particles = 3000\ncells = [6, 5]\ndt = 0.02\n[[stage.species]]\nname = \"argon\"\nmass = 2.0\ndiameter = 1.2\n"
      "viscosity_exponent = 0.81\nscattering = 1.4\n[[stage.initial]]\nvelocity = [0.3, -0.2, 0.1]\n"
      "temperature = \"1 + 0.5*x\"\n");
  conserves(
      "particles = 3000\ncells = [3, 4, 5]\ndt = 0.02\n[[stage.species]]\nname = \"light\"\ndiameter = 1.0\n"
      "viscosity_exponent = 1.0\n[[stage.species]]\nname = \"heavy\"\nmass = 50.0\ndiameter = 2.0\n"
      "[[stage.initial]]\nspecies = \"light\"\n[[stage.initial]]\nspecies = \"heavy\"\nvelocity = [0.5, 0.0, 0.0]\n");
  conserves(
      "particles = 3000\ndt = 0.02\n[[stage.pair]]\nbetween = [\"gas\", \"gas\"]\nstrength = 0.5\nexponent = 0.3\n");
}

TEST_CASE("mirrors conserve energy, and momentum along themselves", "[dsmc]") {
  std::string keys = "particles = 3000\ncells = [10, 6]\ndt = 0.03\n" + hard_spheres(0.1) +
                     "[[stage.initial]]\nvelocity = [0.5, 0.2, 0.1]\n";
  for (const char* side : {"x_low", "x_high"}) keys += "[stage." + std::string(side) + "]\nkind = \"specular\"\n";
  const auto gas = started_gas(comm(), dsmc_params(keys));
  const Whole before = whole_of(*gas);
  advance(*gas, 60);
  const Whole after = whole_of(*gas);
  CHECK(after.particles == before.particles);
  CHECK_THAT(after.energy, WithinRel(before.energy, 1e-13));
  CHECK_THAT(after.momentum[1], WithinAbs(before.momentum[1], 1e-12));
  CHECK_THAT(after.momentum[2], WithinAbs(before.momentum[2], 1e-12));
  CHECK(std::abs(after.momentum[0] - before.momentum[0]) > 0.1);
}

TEST_CASE("a gas at rest in one cell stays in equilibrium", "[dsmc]") {
  const auto gas = started_gas(comm(), dsmc_params("particles = 40000\ndt = 0.1\n" + hard_spheres(1.0)));
  const auto before = sim::dsmc::measure(*gas).front();
  CHECK(before.particles == 40000.0);
  advance(*gas, 50);
  const auto after = sim::dsmc::measure(*gas).front();
  CHECK_THAT(after.temperature, WithinRel(before.temperature, 1e-12));
  CHECK_THAT(after.fourth_moment, WithinAbs(1.0, 4.0 * std::sqrt(8.0 / 15.0 / 40000.0) * 2.0));
}
