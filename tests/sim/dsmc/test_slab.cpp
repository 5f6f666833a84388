// A gas between two walls.
#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "gas_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

std::string walls(const std::string& low, const std::string& high) {
  return "[stage.x_low]\n" + low + "[stage.x_high]\n" + high;
}

std::string slab_keys(int particles, int steps, double dt) {
  return fmt::format("particles = {}\ncells = [30]\nsteps = {}\ndt = {}\nsampling.start = {}\nsampling.blocks = 20\n",
                     particles, steps, dt, steps / 8);
}

/// Within four errors of the run, and those that the expected value has.
void agrees(const Sampler::Mean& mean, double expected, double error = 0.0) {
  INFO(mean.value << " +- " << mean.error << " should be " << expected);
  CHECK(mean.error < 0.03 * std::abs(expected));
  CHECK_THAT(mean.value, WithinAbs(expected, 4.0 * std::hypot(mean.error, error)));
}

constexpr int stress_xy = 8, heat_x = 11;

}  // namespace

TEST_CASE("hard spheres between moving walls, one mean free path apart", "[dsmc]") {
  // Independent runs of the same method, 0.7 percent.
  const SampledGas run(slab_keys(3000, 3200, 0.015) + hard_spheres(1.0) +
                       walls("velocity = [0.0, -0.5, 0.0]\n", "velocity = [0.0, 0.5, 0.0]\n"));
  agrees(run.sampler->means(0)[stress_xy], -0.2537, 0.0018);
  agrees(run.sampler->wall_means(0)[1], 0.2537, 0.0018);
  agrees(run.sampler->wall_means(1)[1], -0.2537, 0.0018);
}

TEST_CASE("hard spheres between a cold and a hot wall, one mean free path apart", "[dsmc]") {
  const SampledGas run(slab_keys(3000, 3200, 0.015) + hard_spheres(1.0) +
                       walls("temperature = 0.8\n", "temperature = 1.2\n"));
  agrees(run.sampler->means(0)[heat_x], -0.2341, 0.0017);
  agrees(run.sampler->wall_means(0)[3], 0.2341, 0.0017);
  agrees(run.sampler->wall_means(1)[3], -0.2341, 0.0017);
}

TEST_CASE("without collisions walls alone decide", "[dsmc]") {
  const std::string free = "[[stage.pair]]\nbetween = [\"gas\", \"gas\"]\nstrength = 1e-12\n";
  {
    const SampledGas run(slab_keys(3000, 2000, 0.015) + free +
                         walls("velocity = [0.0, 0.0, -0.5]\n", "velocity = [0.0, 0.0, 0.5]\n"));
    agrees(run.sampler->means(0)[9], -1.0 / std::sqrt(2.0 * std::numbers::pi));
    agrees(run.sampler->wall_means(0)[2], 1.0 / std::sqrt(2.0 * std::numbers::pi));
  }
  {
    // A share a of particles that take on the velocity of each wall: a/(2 - a) of that stress.
    const SampledGas run(slab_keys(3000, 4000, 0.015) + free +
                         walls("accommodation = 0.5\nvelocity = [0.0, -0.5, 0.0]\n",
                               "accommodation = 0.5\nvelocity = [0.0, 0.5, 0.0]\n"));
    agrees(run.sampler->means(0)[stress_xy], -1.0 / 3.0 / std::sqrt(2.0 * std::numbers::pi));
  }
  {
    const SampledGas run(slab_keys(3000, 3200, 0.015) + free + walls("temperature = 0.5\n", "temperature = 2.0\n"));
    const double flux = std::sqrt(2.0 / std::numbers::pi) / (1.0 / std::sqrt(0.5) + 1.0 / std::sqrt(2.0));
    agrees(run.sampler->means(0)[heat_x], -2.0 * flux * 1.5);
    const auto means = run.sampler->means(0);
    CHECK_THAT(means[4].value, WithinRel(1.0, 0.02));  // the root of the product
  }
}

TEST_CASE("a gas between walls of its own temperature stays in equilibrium", "[dsmc]") {
  const SampledGas run("particles = 4000\ncells = [8, 8]\nsteps = 600\ndt = 0.02\nsampling.start = 100\n" +
                       hard_spheres(0.2) + walls("temperature = 1.0\n", "temperature = 1.0\naccommodation = 0.3\n") +
                       "[stage.y_low]\nkind = \"specular\"\n[stage.y_high]\nkind = \"diffuse\"\n");
  const auto means = run.sampler->means(0);
  CHECK_THAT(means[0].value, WithinRel(1.0, 1e-3));
  CHECK_THAT(means[4].value, WithinAbs(1.0, 4.0 * means[4].error + 1e-3));
  for (const int n : {5, 6, 7}) CHECK_THAT(means[static_cast<std::size_t>(n)].value, WithinAbs(1.0, 0.02));
  for (const int n : {1, 2, 3, 8, 9, 10, 11, 12, 13})
    CHECK_THAT(means[static_cast<std::size_t>(n)].value,
               WithinAbs(0.0, 5.0 * means[static_cast<std::size_t>(n)].error + 1e-6));
  // Pressure on all walls.
  for (int side = 0; side < 4; ++side)
    CHECK_THAT(run.sampler->wall_means(side)[static_cast<std::size_t>(side / 2)].value,
               WithinAbs(side % 2 == 1 ? 1.0 : -1.0, 0.02));
}
