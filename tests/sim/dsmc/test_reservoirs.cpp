// Particles that flow in and out.
#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "gas_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

std::string reservoir(const char* at, double density, double velocity, double temperature) {
  return fmt::format("[stage.{}]\nkind = \"inflow\"\ndensity = [{}]\nvelocity = [{}, 0.0, 0.0]\ntemperature = {}\n", at,
                     density, velocity, temperature);
}

}  // namespace

TEST_CASE("speeds of a flux have its moments", "[dsmc]") {
  for (const double drift : {0.0, 0.5, 3.0, -1.0, -2.5}) {
    INFO(drift);
    constexpr double width = 0.7;
    constexpr int count = 20000;
    // Even shares of the flux: means over them are integrals.
    double mean = 0.0, square = 0.0, last = 1e9;
    for (int n = 0; n < count; ++n) {
      const double speed = sim::dsmc::flux_speed(drift, width, (n + 0.5) / count);
      REQUIRE(speed > 0.0);
      REQUIRE(speed < last);
      last = speed;
      mean += speed / count;
      square += speed * speed / count;
    }
    // Integrals of v^2 and v^3 times the Gaussian by the trapezoidal rule, over that of v.
    double one = 0.0, two = 0.0, three = 0.0;
    for (int n = 1; n < 40000; ++n) {
      const double v = n * 2.5e-4, f = std::exp(-0.5 * (v - drift) * (v - drift) / (width * width));
      one += v * f;
      two += v * v * f;
      three += v * v * v * f;
    }
    CHECK_THAT(mean, WithinRel(two / one, 3e-5));
    CHECK_THAT(square, WithinRel(three / one, 1e-4));
    CHECK_THAT(sim::dsmc::flux_per_density(drift, width),
               WithinRel(one * 2.5e-4 / (width * std::sqrt(2.0 * std::numbers::pi)), 1e-6));
  }
}

TEST_CASE("between two equal reservoirs a gas stays as it is", "[dsmc]") {
  for (const double drift : {0.0, 1.5}) {
    INFO(drift);
    const SampledGas run(
        fmt::format(
            "particles = 4000\ncells = [20]\nsteps = 1400\ndt = 0.015\nsampling.start = 200\nsampling.blocks = 8\n"
            "[[stage.initial]]\ndensity = 2.0\ntemperature = 1.5\nvelocity = [{}, 0, 0]\n",
            drift) +
        hard_spheres(0.5) + reservoir("x_low", 2.0, drift, 1.5) + reservoir("x_high", 2.0, drift, 1.5));
    const auto means = run.sampler->means(0);
    // Eight blocks: shorter ones share the waves that cross the box.
    CHECK_THAT(means[0].value, WithinAbs(2.0, 4.0 * means[0].error + 4e-3));
    CHECK_THAT(means[1].value, WithinAbs(drift, 4.0 * means[1].error + 1e-3));
    CHECK_THAT(means[4].value, WithinAbs(1.5, 4.0 * means[4].error + 2e-3));
    CHECK(means[4].error < 0.01);
  }
}

TEST_CASE("from a reservoir into a vacuum, without collisions", "[dsmc]") {
  const SampledGas run(
      "particles = 4000\ncells = [10]\nsteps = 2000\ndt = 0.02\nsampling.start = 400\n"
      "[[stage.pair]]\nbetween = [\"gas\", \"gas\"]\nstrength = 1e-12\n[stage.x_high]\n"
      "kind = \"outflow\"\n" +
      reservoir("x_low", 2.0, 0.0, 1.0));
  const auto means = run.sampler->means(0);
  CHECK_THAT(means[0].value, WithinAbs(1.0, 4.0 * means[0].error));  // half of a Maxwellian of density 2
  CHECK_THAT(means[1].value, WithinAbs(std::sqrt(2.0 / std::numbers::pi), 4.0 * means[1].error));
  CHECK(means[0].error < 0.01);
}
