// Laws that ensembles follow exactly, up to sampling errors: limits are five standard errors.
#include <cmath>

#include "samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr double count = 20000.0;
const std::string many = "particles = 20000\n";

std::string named(const std::string& scheme) { return "scheme = \"" + scheme + "\"\n"; }

double density_average(double (*weigh)(double), double temperature) {
  double sum = 0.0, total = 0.0;
  for (int n = -4000; n <= 4000; ++n) {
    const double x = 1e-3 * n, q = x * x - 1.0, density = std::exp(-q * q / temperature);
    sum += weigh(x) * density;
    total += density;
  }
  return sum / total;
}

}  // namespace

TEST_CASE("each scheme has its own exact temperature in a harmonic well", "[particles]") {
  // Of the discrete Lyapunov equation, with frequency 1 and step x: independent of the friction.
  struct Case {
    const char* scheme;
    double position, velocity;
  };
  for (const double x : {1.0, 0.5}) {
    const double less = 1.0 - 0.25 * x * x, more = 1.0 / less;
    for (const auto& [scheme, position, velocity] :
         {Case{"baoab", 1.0, less}, Case{"aboba", 1.0, more}, Case{"obabo", more, 1.0}, Case{"oabao", less, 1.0}}) {
      INFO(scheme << " with a step of " << x);
      const auto now =
          moments_of_run(many + named(scheme) + "friction = 1.5\nsteps = 40\ndt = " + (x == 1.0 ? "1.0" : "0.5") +
                         "\n[stage.potential]\nkind = \"harmonic\"\n[stage.start]\nvariance = [1.0]\n");
      CHECK_THAT(now.mean[0], WithinAbs(0.0, 5.0 * std::sqrt(position / count)));
      CHECK_THAT(now.variance[0], WithinAbs(position, variance_error(position, count)));
      CHECK_THAT(now.temperature, WithinAbs(velocity, variance_error(velocity, count)));
    }
  }
}

TEST_CASE("BBK and overdamped schemes have their exact variances, too", "[particles]") {
  // BBK is an autoregression of second order in the positions: variance k_B T/(m w^2)/(1 - x^2/4), x = h w.
  const auto bbk = moments_of_run(many + named("bbk") +
                                  "friction = 0.8\nmass = 2.0\ntemperature = 0.6\nsteps = 60\ndt = 1.0\n"
                                  "[stage.potential]\nkind = \"harmonic\"\nstiffness = [2.0]\n"
                                  "[stage.start]\nvariance = [0.3]\n");
  CHECK_THAT(bbk.variance[0], WithinAbs(0.4, variance_error(0.4, count)));
  // Steps of h k/gamma = 1/2: Euler-Maruyama 1/(1 - 1/4), Leimkuhler-Matthews 1, Heun (each step shrinks by
  // r = 1 - 1/2 + 1/8, the noise by 1 - 1/4) (2 h k 9/16)/(1 - r^2)/2.
  const double shrink = 0.625;
  for (const auto& [scheme, expected] : {std::pair{"euler_maruyama", 1.0 / 0.75}, std::pair{"leimkuhler_matthews", 1.0},
                                         std::pair{"heun", 0.5625 / (1.0 - shrink * shrink)}}) {
    INFO(scheme);
    const auto now = moments_of_run(many + named(scheme) +
                                    "friction = 2.0\nmass = 0.5\nsteps = 40\ndt = 0.5\n"
                                    "[stage.potential]\nkind = \"harmonic\"\n[stage.start]\nvariance = [1.0]\n");
    CHECK_THAT(now.variance[0], WithinAbs(expected, variance_error(expected, count)));
  }
}

TEST_CASE("an Ornstein-Uhlenbeck process has its mean and covariance at all times", "[particles]") {
  // theta = 1.2, D = 0.5; Heun's error is of second order: (theta h)^2 = 6e-4.
  const auto params = langevin_params(
      many + named("heun") +
      "dimensions = 2\ntemperature = 0.5\ndt = 0.02\n[stage.potential]\nkind = \"harmonic\"\nstiffness = [1.2]\n"
      "[stage.start]\nmean = [1.5, -0.5]\nvariance = [0.3, 1.8]\n");
  const auto ensemble = started(comm(), params);
  for (int n = 0; n < 4; ++n) {
    advance(*ensemble, 20);
    const auto now = ensemble->moments();
    const double decay = std::exp(-1.2 * ensemble->time()), rest = 0.5 / 1.2;
    for (std::size_t c = 0; c < 2; ++c) {
      const double variance = rest + ((c == 0 ? 0.3 : 1.8) - rest) * decay * decay;
      CHECK_THAT(now.mean[c], WithinAbs((c == 0 ? 1.5 : -0.5) * decay, 5.0 * std::sqrt(variance / count) + 1e-3));
      CHECK_THAT(now.variance[c], WithinAbs(variance, variance_error(variance, count) + 1e-3));
    }
    const auto covariance = ensemble->covariance(now);
    CHECK_THAT(covariance[0], WithinRel(now.variance[0], 1e-12));
    CHECK_THAT(covariance[1], WithinAbs(0.0, 5.0 * std::sqrt(covariance[0] * covariance[3] / count)));
    CHECK(covariance[1] == covariance[2]);
  }
}

TEST_CASE("free particles warm up and spread as they should, in a periodic box, too", "[particles]") {
  // From rest: velocities have k_B T/m (1 - exp(-2 gamma t)) at any step, here one of gamma h = 0.6.
  const auto warm = moments_of_run(many +
                                   "dimensions = 3\nfriction = 2.0\ntemperature = 0.7\nmass = 1.3\n"
                                   "steps = 2\ndt = 0.3\n[stage.start]\ntemperature = 0\n");
  const double temperature = 0.7 * (1.0 - std::exp(-2.4));
  CHECK_THAT(warm.temperature, WithinAbs(temperature, variance_error(temperature, 3.0 * count)));
  // 2 k_B T/(m gamma) (t - (1 - exp(-gamma t))/gamma); the error of splitting is (gamma h)^2/12 = 8e-4 of it.
  const auto spread = moments_of_run(many +
                                     "friction = 2.0\ntemperature = 0.7\nmass = 1.3\nsteps = 60\ndt = 0.05\n"
                                     "[stage.box]\nlength = [0.5]\n");
  const double expected = 2.0 * 0.7 / (1.3 * 2.0) * (3.0 - (1.0 - std::exp(-6.0)) / 2.0);
  CHECK_THAT(spread.variance[0], WithinAbs(expected, variance_error(expected, count) + 1e-3 * expected));
}

TEST_CASE("a double well is filled as its density says", "[particles]") {
  // From two narrow heaps. k_B T = 0.5, barrier 1; the curvature at the bottom is 8.
  const auto params = langevin_params(
      many + named("leimkuhler_matthews") +
      "temperature = 0.5\ndt = 0.01\n[stage.potential]\nkind = \"double_well\"\n[stage.start]\nkind = \"mixture\"\n"
      "[[stage.start.component]]\nmean = [-1.0]\nvariance = [0.05]\n"
      "[[stage.start.component]]\nmean = [1.0]\nvariance = [0.05]\n");
  const auto ensemble = started(comm(), params);
  advance(*ensemble, 300);
  const auto now = ensemble->moments();
  const auto square = [](double x) { return x * x; };
  const auto fourth = [](double x) { return x * x * x * x; };
  const auto inside = [](double x) { return std::abs(x) < 0.3 ? 1.0 : 0.0; };
  const double mean2 = density_average(square, 0.5), mean4 = density_average(fourth, 0.5);
  CHECK_THAT(now.variance[0], WithinAbs(mean2, 5.0 * std::sqrt((mean4 - mean2 * mean2) / count) + 1e-3));
  double here = 0.0, fourths = 0.0;
  for (const double x : numbers(*ensemble, "position", 0)) {
    here += inside(x) / count;
    fourths += fourth(x) / count;
  }
  const double share = density_average(inside, 0.5);
  CHECK_THAT(here, WithinAbs(share, 5.0 * std::sqrt(share / count) + 1e-3));
  CHECK_THAT(now.potential, WithinAbs(fourths - 2.0 * now.variance[0] - 2.0 * now.mean[0] * now.mean[0] + 1.0, 1e-12));
}

TEST_CASE("a mixture stays what it is", "[particles]") {
  // Four dimensions; the second component has three times the weight.
  const std::string components =
      "[[stage.TABLE.component]]\nmean = [-0.5, 0.0, 0.5, 1.0]\nvariance = [0.3]\n"
      "[[stage.TABLE.component]]\nmean = [0.5, 0.0, 0.0, -1.0]\nvariance = [0.5, 0.2, 0.4, 1.0]\nweight = 3.0\n";
  const auto of = [&](const std::string& table) {
    std::string text = components;
    for (std::size_t n; (n = text.find("TABLE")) != std::string::npos;) text.replace(n, 5, table);
    return text;
  };
  const auto now = moments_of_run(many + named("heun") +
                                  "dimensions = 4\ntemperature = 0.5\ndt = 0.02\nsteps = 50\n[stage.potential]\n"
                                  "kind = \"gaussian_mixture\"\n" +
                                  of("potential") + "[stage.start]\nkind = \"mixture\"\n" + of("start"));
  const double means[] = {0.25, 0.0, 0.125, -0.5};
  const double variances[] = {0.45 + 0.1875, 0.225, 0.375 + 0.046875, 0.825 + 0.75};
  for (std::size_t c = 0; c < 4; ++c) {
    INFO("coordinate " << c);
    CHECK_THAT(now.mean[c], WithinAbs(means[c], 5.0 * std::sqrt(variances[c] / count) + 1e-3));
    CHECK_THAT(now.variance[c], WithinAbs(variances[c], variance_error(variances[c], count) + 1e-3));
  }
}
