// Particles away from equilibrium: how fast they cross a barrier, and the work that moves them.
#include <cmath>

#include "samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

/// Slowest rate at which (x^2 - 1)^2 at this temperature comes to equilibrium, without inertia and with friction 1: its
/// eigenfunction has a zero at 0. The inverse of the operator on [-3, 0] is two integrals; its powers find the rate.
double slowest_rate(double temperature) {
  constexpr int points = 3000;
  constexpr double h = 3.0 / points;
  std::vector<double> weight(points + 1), f(points + 1, 1.0);
  for (int n = 0; n <= points; ++n) {
    const double x = -3.0 + h * n, q = x * x - 1.0;
    weight[static_cast<std::size_t>(n)] = std::exp(-q * q / temperature);
  }
  double rate = 0.0;
  for (int pass = 0; pass < 20; ++pass) {
    std::vector<double> inner(points + 1, 0.0), next(points + 1, 0.0);
    for (std::size_t n = 1; n <= points; ++n)
      inner[n] = inner[n - 1] + 0.5 * h * (weight[n - 1] * f[n - 1] + weight[n] * f[n]);
    for (std::size_t n = points; n > 0; --n)
      next[n - 1] = next[n] + 0.5 * h * (inner[n] / weight[n] + inner[n - 1] / weight[n - 1]) / temperature;
    constexpr std::size_t bottom = 2 * points / 3;
    rate = f[bottom] / next[bottom];
    for (std::size_t n = 0; n <= points; ++n) f[n] = next[n] * rate;
  }
  return rate;
}

double mean_side(const Ensemble& ensemble) {
  double sum = 0.0;
  const auto x = numbers(ensemble, "position", 0);
  for (const double place : x) sum += place < 0.0 ? -1.0 : 1.0;
  return sum / static_cast<double>(x.size());
}

}  // namespace

TEST_CASE("a barrier is crossed at Kramers' rate", "[particles]") {
  const double rate = slowest_rate(0.3);
  CHECK_THAT(rate, WithinRel(std::sqrt(32.0) / 3.141592653589793 * std::exp(-1.0 / 0.3), 0.15));  // his, for high ones
  const auto params = langevin_params(
      "particles = 10000\nscheme = \"leimkuhler_matthews\"\ntemperature = 0.3\ndt = 0.01\n[stage.potential]\n"
      "kind = \"double_well\"\n[stage.start]\nmean = [-1.0]\nvariance = [0.03]\n");
  const auto ensemble = started(comm(), params);
  advance(*ensemble, 200);
  const double before = mean_side(*ensemble);
  advance(*ensemble, 800);
  const double after = mean_side(*ensemble);
  // Each mean of signs is known to 1/sqrt(10000); steps of 0.01 cost less than one percent of the rate.
  CHECK_THAT(std::log(before / after) / 8.0, WithinAbs(rate, 5.0 * std::sqrt(2.0 / 10000.0) / (8.0 * std::abs(after))));
}

TEST_CASE("work on particles weighs them back to equilibrium (Jarzynski)", "[particles]") {
  // Phys. Rev. Lett. 78, 2690 (1997). Of a trap that moves with velocity u the free energy stays; dV/dt = -u (x - u t).
  for (const char* scheme : {"heun", "baoab"}) {
    INFO(scheme);
    const auto now = moments_of_run(
        "particles = 40000\nsteps = 100\ndt = 0.01\ngrowth = \"1.5*(x - 1.5*t)\"\nscheme = \"" + std::string(scheme) +
        "\"\n[stage.potential]\nkind = \"formula\"\nformula = \"0.5*(x - 1.5*t)^2\"\n"
        "[stage.start]\nvariance = [1.0]\n");
    // Weights of lognormal form: their variance is exp(var W) - 1, below exp(2 * 1.5^2 * 0.5) - 1 = 8.5.
    const double error = 5.0 * std::sqrt(8.5 / 40000.0);
    CHECK(now.effective_count < 36000.0);
    CHECK_THAT(now.weight / 40000.0, WithinAbs(1.0, error));
    CHECK_THAT(now.mean[0], WithinAbs(1.5, error + 0.01));
    CHECK_THAT(now.variance[0], WithinAbs(1.0, 2.0 * error + 0.01));
  }
}
