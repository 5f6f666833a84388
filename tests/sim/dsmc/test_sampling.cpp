// Moments of a gas in cells, and their means over time.
#include <cmath>

#include "gas_samples.hpp"

using namespace tessera;
using namespace tessera::test;

TEST_CASE("quantities are those of the particles themselves", "[dsmc]") {
  const double velocities[5][3] = {{1, 0, 0.5}, {-0.3, 2, 0}, {0.2, 0.1, -1}, {0.5, -0.7, 0.4}, {2.1, 0.6, 0.3}};
  constexpr double mass = 2.5, boltzmann = 0.5;
  double sums[sim::dsmc::num_sums] = {}, mean[3] = {};
  for (auto v : velocities) {
    double copy[3] = {v[0], v[1], v[2]};
    sim::dsmc::add_velocities({copy, copy + 1, copy + 2}, 0, 1, sums);
    for (int c = 0; c < 3; ++c) mean[c] += v[c] / 5.0;
  }
  const auto q = sim::dsmc::quantities_of(sums, 2.0, mass, boltzmann, 3.0);
  CHECK(q[0] == 7.5);
  double stress[6] = {}, heat[3] = {}, square = 0.0;
  for (auto v : velocities) {
    const double c[3] = {v[0] - mean[0], v[1] - mean[1], v[2] - mean[2]}, c2 = c[0] * c[0] + c[1] * c[1] + c[2] * c[2];
    const int a[] = {0, 1, 2, 0, 0, 1}, b[] = {0, 1, 2, 1, 2, 2};
    for (int n = 0; n < 6; ++n) stress[n] += mass * 7.5 * c[a[n]] * c[b[n]] / 5.0;
    for (int n = 0; n < 3; ++n) heat[n] += 0.5 * mass * 7.5 * c2 * c[n] / 5.0;
    square += c2 / 5.0;
  }
  for (std::size_t n = 0; n < 3; ++n) CHECK_THAT(q[1 + n], WithinRel(mean[n], 1e-13));
  CHECK_THAT(q[4], WithinRel(mass * square / (3.0 * boltzmann), 1e-13));
  for (std::size_t n = 0; n < 6; ++n) CHECK_THAT(q[5 + n], WithinAbs(stress[n], 1e-12));
  for (std::size_t n = 0; n < 3; ++n) CHECK_THAT(q[11 + n], WithinAbs(heat[n], 1e-12));
}

TEST_CASE("a start of formulas is what fields show", "[dsmc]") {
  const auto params = dsmc_params(
      "particles = 200000\ncells = [4, 5]\nsteps = 0\nbox.low = [-1.0, 0.0, 0.0]\nbox.length = [2.0, 5.0, 0.5]\n" +
      hard_spheres(1.0) +
      "[[stage.initial]]\ndensity = \"2 + x\"\nvelocity = [\"0.1*y\", 0, -0.3]\ntemperature = \"1 + 0.1*y\"\n");
  const auto gas = started_gas(comm(), params);
  CHECK_THAT(gas->weight(), WithinRel(2.0 * 5.0 / 200000.0, 1e-12));
  Sampler sampler(*gas);
  const auto fields = sampler.fields();
  REQUIRE(fields.size() == 5);
  CHECK(fields[0]->name() == "density_gas");
  CHECK(fields[4]->name() == "heat_flux_gas");
  const auto density = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), fields[0]->values());
  const auto velocity = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), fields[1]->values());
  const auto temperature = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), fields[2]->values());
  for (int j = 0; j < 5; ++j)
    for (int i = 0; i < 4; ++i) {
      const double x = -0.75 + 0.5 * i, y = 0.5 + j, count = (2.0 + x) * 0.25 / gas->weight(), t = 1.0 + 0.1 * y;
      CHECK_THAT(density(i, j, 0, 0), WithinAbs(2.0 + x, 1.01 * gas->weight() / 0.25));
      CHECK_THAT(velocity(i, j, 0, 0), WithinAbs(0.1 * y, 4.5 * std::sqrt(t / count)));
      CHECK_THAT(velocity(i, j, 0, 2), WithinAbs(-0.3, 4.5 * std::sqrt(t / count)));
      CHECK_THAT(temperature(i, j, 0, 0), WithinRel(t, 4.5 * std::sqrt(2.0 / 3.0 / count)));
    }
  for (const auto& one : look_at(*gas)) {
    REQUIRE(one.numbers[0] >= -1.0);
    REQUIRE(one.numbers[0] <= 1.0);
    REQUIRE(one.numbers[1] <= 5.0);
  }
}

TEST_CASE("collisions between two looks lower the stress, and the mean of both looks is right", "[dsmc]") {
  // Maxwell molecules: stress decays with 3/4 of the rate of viscosity's moment, (3/4) n (2/3) 4 pi C = 1/2 at n = 4 pi
  // C = 1. Two beams along x in one cell: P_xx - P_yy just before a long step, and halfway down after it.
  const SampledGas run(
      "particles = 100000\nsteps = 1\ndt = 0.4\n[[stage.pair]]\nbetween = [\"gas\", \"gas\"]\n"
      "strength = 0.0795774715459476679\nexponent = 0.0\n[[stage.initial]]\ndensity = 0.5\nvelocity = [1, 0, 0]\n"
      "[[stage.initial]]\ndensity = 0.5\nvelocity = [-1, 0, 0]\n");
  const auto fields = run.sampler->fields();
  const auto stress = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), fields[3]->values());
  CHECK_THAT(stress(0, 0, 0, 0) - stress(0, 0, 0, 1), WithinAbs(0.5 * (1.0 + std::exp(-0.2)), 0.03));
}
