// Particles that act on one another through their mean: laws at any number of particles, and limits of many.
#include <cmath>

#include "samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

/// <x> under exp(-(V + (x - m)^2/2)/temperature), V = x^4/4 - x^2/2.
double answer_to(double m, double temperature) {
  double sum = 0.0, total = 0.0;
  for (int n = -4000; n <= 4000; ++n) {
    const double x = 1e-3 * n, q = x * x - 1.0;
    const double density = std::exp(-(0.25 * q * q + 0.5 * (x - m) * (x - m)) / temperature);
    sum += x * density;
    total += density;
  }
  return sum / total;
}

/// The mean that answers itself, found by iteration from 1.
double desai_zwanzig_mean(double temperature) {
  double m = 1.0;
  for (int n = 0; n < 200; ++n) m = answer_to(m, temperature);
  return m;
}

std::string desai_zwanzig(const std::string& temperature) {
  return "particles = 8000\nscheme = \"leimkuhler_matthews\"\nsteps = 400\ndt = 0.05\ntemperature = " + temperature +
         "\n[stage.potential]\nkind = \"double_well\"\nheight = 0.25\n[stage.mean_field]\nstrength = 1.0\n"
         "[stage.start]\nmean = [0.8]\n";
}

}  // namespace

TEST_CASE("a mean relaxes by the potential, distances from it by both", "[particles]") {
  // Without noise, by Euler's steps: 1 - h lambda for the mean, 1 - h (lambda + kappa) for the rest, at any number.
  for (const char* count : {"1", "7"}) {
    const auto params = langevin_params("particles = " + std::string(count) +
                                        "\ndimensions = 2\nscheme = \"euler_maruyama\"\ntemperature = 0\ndt = 0.1\n"
                                        "[stage.potential]\nkind = \"harmonic\"\nstiffness = [1.5]\n"
                                        "[stage.mean_field]\nstrength = 2.5\n[stage.start]\nvariance = [1.0]\n");
    const auto ensemble = started(comm(), params);
    const auto before = ensemble->moments();
    advance(*ensemble, 10);
    const auto after = ensemble->moments();
    for (std::size_t c = 0; c < 2; ++c) {
      CHECK_THAT(after.mean[c], WithinRel(before.mean[c] * std::pow(0.85, 10), 1e-12));
      CHECK_THAT(after.variance[c], WithinAbs(before.variance[c] * std::pow(0.6, 20), 1e-15));
    }
    // 1.5/2 <x^2> + 2.5/2 variance
    double energy = 0.0;
    for (std::size_t c = 0; c < 2; ++c)
      energy += 0.75 * (after.mean[c] * after.mean[c] + after.variance[c]) + 1.25 * after.variance[c];
    CHECK_THAT(after.potential, WithinRel(energy, 1e-12));
  }
}

TEST_CASE("attraction narrows a cloud to its exact variance", "[particles]") {
  // (1 - 1/N) k_B T/(lambda + kappa), which Leimkuhler-Matthews keeps at any step.
  const auto now = moments_of_run(
      "particles = 40000\nscheme = \"leimkuhler_matthews\"\nsteps = 40\ndt = 0.2\n[stage.potential]\nkind = "
      "\"harmonic\"\n"
      "[stage.mean_field]\nstrength = 3.0\n[stage.start]\nvariance = [1.0]\n");
  CHECK_THAT(now.variance[0], WithinAbs(0.25, variance_error(0.25, 40000.0)));
  CHECK_THAT(now.mean[0], WithinAbs(0.0, 5.0 * std::sqrt(1.0 / 40000.0)));
}

TEST_CASE("below its critical temperature a bistable cloud keeps a side (Desai and Zwanzig)", "[particles]") {
  // J. Stat. Phys. 19, 1 (1978). The critical temperature is (2 Gamma(3/4)/Gamma(1/4))^2 = 0.4569.
  const double below = desai_zwanzig_mean(0.3);
  CHECK(below > 0.5);
  CHECK_THAT(desai_zwanzig_mean(0.6), WithinAbs(0.0, 1e-6));
  // With the variance v of a particle that of the mean is v/(N (1 - v/k_B T)): five times its root is 0.044 with v =
  // 0.2 at 0.3, and 0.08 with v = 0.65 at 1.
  CHECK_THAT(moments_of_run(desai_zwanzig("0.3")).mean[0], WithinAbs(below, 0.045));
  CHECK_THAT(moments_of_run(desai_zwanzig("1.0")).mean[0], WithinAbs(0.0, 0.08));
}

TEST_CASE("oscillators with noise fall into step beyond K = 2 D (Kuramoto)", "[particles]") {
  // r = I1(K r/D)/I0(K r/D); the energy of a particle is K/2 (1 - r^2).
  const double strength = 2.0, noise = 0.5;
  double r = 1.0;
  for (int n = 0; n < 200; ++n)
    r = std::cyl_bessel_i(1.0, strength * r / noise) / std::cyl_bessel_i(0.0, strength * r / noise);
  const std::string keys =
      "particles = 20000\nscheme = \"leimkuhler_matthews\"\nsteps = 150\ndt = 0.05\ntemperature = 0.5\n"
      "[stage.box]\nlength = [6.283185307179586]\n[stage.mean_field]\nkind = \"cosine\"\n";
  const auto together = moments_of_run(keys + "strength = 2.0\n[stage.start]\nvariance = [1.0]\n");
  CHECK_THAT(std::sqrt(1.0 - 2.0 * together.potential / strength), WithinAbs(r, 0.01));
  const auto apart = moments_of_run(keys + "strength = 0.5\n[stage.start]\nvariance = [4.0]\n");
  // Decays from exp(-2) at D - K/2 = 1/4, to 0.02; then 5/sqrt(N) is left.
  CHECK(std::sqrt(1.0 - 4.0 * apart.potential) < 0.055);
}
