// Birth and death, as weights and by branching.
#include <cmath>

#include "samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr double first_count = 40000.0;

}  // namespace

TEST_CASE("an even rate makes mass grow exponentially", "[particles]") {
  const std::string keys = "particles = 40000\nsteps = 20\ndt = 0.05\nscheme = \"euler_maruyama\"\n";
  const auto weighted = moments_of_run(keys + "growth = \"0.4\"\n");
  CHECK_THAT(weighted.weight, WithinRel(first_count * std::exp(0.4), 1e-12));
  CHECK_THAT(weighted.effective_count, WithinRel(first_count, 1e-12));
  // A death process: exp(-t) of them live on, each by itself.
  const double share = std::exp(-1.0);
  const auto dying = moments_of_run(keys + "growth = \"-1\"\ngrowth_as = \"branching\"\n");
  CHECK_THAT(dying.weight / first_count, WithinAbs(share, 5.0 * std::sqrt(share * (1.0 - share) / first_count)));
  CHECK(dying.effective_count == dying.weight);
  // Births, each with probability exp(g h) - 1 a step: the variance of the number is e^(gt) (e^(gt) - 1) at most.
  const double more = std::exp(1.5);
  const auto breeding = moments_of_run(keys + "growth = \"1.5\"\ngrowth_as = \"branching\"\n");
  CHECK_THAT(breeding.weight / first_count, WithinAbs(more, 5.0 * std::sqrt(more * (more - 1.0) / first_count)));
}

TEST_CASE("growth along x carries a cloud to where it grows", "[particles]") {
  // Brownian motion with D = 1/2 from 0, rate x: by the sums that Euler's steps make, mass exp(S/2) with the variance
  // S = h^3 n (n - 1) (2n - 1)/6 of the sum of all h x, and mean h^2 n (n - 1)/2.
  const double h = 0.02, n = 50.0;
  const double mass = std::exp(h * h * h * n * (n - 1.0) * (2.0 * n - 1.0) / 12.0), mean = h * h * n * (n - 1.0) / 2.0;
  const std::string keys =
      "particles = 40000\nsteps = 50\ndt = 0.02\ntemperature = 0.5\nscheme = \"euler_maruyama\"\ngrowth = \"x\"\n";
  // Weights exp(N(0, 1/3)) have the relative variance 0.4; branching adds about as much as the rate is large, 0.6.
  const double error = 5.0 * std::sqrt(1.0 / first_count);
  for (const char* kind : {"growth_as = \"weights\"\n", "growth_as = \"branching\"\n"}) {
    INFO(kind);
    const auto now = moments_of_run(keys + kind);
    CHECK_THAT(now.weight / first_count, WithinAbs(mass, mass * error));
    CHECK_THAT(now.mean[0], WithinAbs(mean, 1.5 * error));
    CHECK_THAT(now.variance[0], WithinAbs(1.0, 3.0 * error));
  }
}

TEST_CASE("mass is exchanged as the difference of rates says", "[particles]") {
  // Two heaps at rest; what is right of 0 grows by 0.5, what is left of it dies by 0.7.
  const auto now = moments_of_run(
      "particles = 1000\nsteps = 40\ndt = 0.025\ntemperature = 0\nscheme = \"euler_maruyama\"\n"
      "growth = \"if(x, 0.5, -0.7)\"\n[stage.start]\nkind = \"uniform\"\nlow = [-1.0]\nhigh = [1.0]\n");
  CHECK(now.weight > 0.0);
  const double high = std::exp(0.5), low = std::exp(-0.7);
  // mean of w: share of the right half, r, from the weight; then the effective count from it.
  const double r = (now.weight / 1000.0 - low) / (high - low);
  CHECK_THAT(r, WithinAbs(0.5, 5.0 * std::sqrt(0.25 / 1000.0)));
  const double sum = r * high + (1.0 - r) * low, squares = r * high * high + (1.0 - r) * low * low;
  CHECK_THAT(now.effective_count, WithinRel(1000.0 * sum * sum / squares, 1e-10));
}

TEST_CASE("a Gaussian whose mass grows follows the path that a flow gives it", "[particles]") {
  // Means t (1.5, -0.5), variances (0.5 + 0.7 t, 1 - 0.4 t), mass exp(0.4 t): without noise each particle keeps its
  // place in units of the standard deviation, up to Heun's error of the order of h^2 = 1e-4.
  const auto params = langevin_params(
      "particles = 1000\ndimensions = 2\nscheme = \"heun\"\nsteps = 100\ndt = 0.01\ntemperature = 0\n"
      "flow = [\"1.5 + 0.35*(x - 1.5*t)/(0.5 + 0.7*t)\", \"-0.5 - 0.2*(y + 0.5*t)/(1 - 0.4*t)\"]\n"
      "growth = \"0.4\"\n[stage.start]\nvariance = [0.5, 1.0]\n");
  const auto ensemble = started(comm(), params);
  const auto before = ensemble->moments();
  advance(*ensemble, 100);
  const auto after = ensemble->moments();
  CHECK_THAT(after.weight, WithinRel(1000.0 * std::exp(0.4), 1e-12));
  CHECK_THAT(after.mean[0], WithinAbs(1.5 + before.mean[0] * std::sqrt(2.4), 1e-4));
  CHECK_THAT(after.mean[1], WithinAbs(-0.5 + before.mean[1] * std::sqrt(0.6), 1e-4));
  CHECK_THAT(after.variance[0], WithinRel(2.4 * before.variance[0], 1e-4));
  CHECK_THAT(after.variance[1], WithinRel(0.6 * before.variance[1], 1e-4));
}

TEST_CASE("growth that cannot be is told", "[particles][bad]") {
  const auto branching = [](const std::string& rate) {
    return langevin_params("particles = 20\ndt = 0.1\ngrowth_as = \"branching\"\ngrowth = \"" + rate + "\"\n");
  };
  CHECK_THROWS_WITH(started(comm(), branching("50"))->step(), Contains("stands for 64 or more successors"));
  CHECK_THROWS_WITH(started(comm(), branching("log(-1)"))->step(), Contains("is not a number"));
  CHECK_THROWS_WITH(started(comm(), branching("-1000"))->step(), Contains("all particles have died"));
}
