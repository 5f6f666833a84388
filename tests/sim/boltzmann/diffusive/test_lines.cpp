// What a line keeps, where it comes to rest, and how forces, walls and noise go.
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "lines.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::sim::boltzmann::diffusive;

namespace {

const std::string potential = "potential = \"0.7*cos(2*pi*x/L)\"\n";
const std::string rough_start = "[stage.start]\ndistribution = \"1 + mod(1e4*sin(1e4*x + 9*v), 1)\"\n";

/// Mean place of the density.
double mean_place(const KineticLine& line) {
  double mass = 0.0, moment = 0.0;
  const auto rho = densities(line);
  for (std::size_t n = 0; n < rho.size(); ++n) {
    mass += rho[n];
    moment += rho[n] * line.params().spacing() * (static_cast<double>(n) + 0.5);
  }
  return moment / mass;
}

/// x(t) / x(0) of eps^2 x'' + x' + x = 0, x'(0) = 0.
double oscillator(double eps, double t) {
  const double e = eps * eps, root = std::sqrt(std::fabs(1.0 - 4.0 * e)) / (2.0 * e), rate = 1.0 / (2.0 * e);
  if (4.0 * e > 1.0) return std::exp(-rate * t) * (std::cos(root * t) + rate / root * std::sin(root * t));
  const double slow = -rate + root, fast = -rate - root;
  return (slow * std::exp(fast * t) - fast * std::exp(slow * t)) / (slow - fast);
}

}  // namespace

TEST_CASE("mass stays to rounding", "[boltzmann][physics]") {
  for (const std::string sides : {"periodic", "reflecting"})
    for (const std::string diffusion : {"explicit", "implicit"})
      for (const double eps : {1.0, 0.03, 1e-8}) {
        const std::string keys = "cells = 33\nsteps = 400\nscattering = \"1 + 0.8*sin(2*pi*x/L)\"\nsides = \"" + sides +
                                 "\"\ndiffusion = \"" + diffusion + "\"\n";
        for (const auto& params : {line_params("isotropic", eps, keys + rough_start),
                                   line_params("fokker_planck", eps, keys + potential + rough_start)}) {
          INFO(sides << ", " << diffusion << ", eps = " << eps);
          auto zero = params;
          zero.steps = 0;
          const double before = sum_line(run_line(zero)).mass, after = sum_line(run_line(params)).mass;
          CHECK_THAT(after, WithinRel(before, 1e-13));
        }
      }
}

TEST_CASE("noise does not grow in the longest steps that are allowed", "[boltzmann][physics]") {
  for (const std::string collisions : {"isotropic", "fokker_planck"})
    for (const int order : {1, 2})
      for (const std::string diffusion : {"explicit", "implicit"})
        for (const double ratio : {0.03, 0.3, 1.0, 2.0, 2.9, 4.0, 6.0, 11.0, 13.0, 100.0, 1e6}) {
          const double dx = 1.0 / 32;
          auto params = line_params(collisions, dx / ratio,
                                    fmt::format("cells = 32\nvelocities = 12\nsteps = 300\norder = {}\ndiffusion = "
                                                "\"{}\"\n",
                                                order, diffusion) +
                                        rough_start);
          const double longest = longest_stable_step(params);
          params.dt = std::isfinite(longest) ? longest : 10.0 * dx;
          INFO(collisions << ", order " << order << ", " << diffusion << ", sigma dx / eps = " << ratio);
          const auto after = sum_line(run_line(params));
          auto zero = params;
          zero.steps = 0;
          CHECK(after.entropy <= sum_line(run_line(zero)).entropy);
        }
}

TEST_CASE("what is at rest in a potential stays", "[boltzmann][physics]") {
  for (const double eps : {2.0, 0.1, 1e-8}) {
    const std::string keys = "cells = 40\ntemperature = 0.5\nsteps = 50\n" + potential;
    const auto line =
        run_line(line_params("fokker_planck", eps, keys + "[stage.start]\ndensity = \"exp(-1.4*cos(2*pi*x/L))\"\n"));
    const auto rho = densities(line);
    for (std::size_t n = 0; n < rho.size(); ++n)
      CHECK_THAT(
          rho[n],
          WithinRel(std::exp(-1.4 * std::cos(2.0 * std::numbers::pi * (static_cast<double>(n) + 0.5) / 40.0)), 1e-12));
    CHECK(sum_line(line).deviation < 1e-12);
  }
}

TEST_CASE("all comes to rest in a potential", "[boltzmann][physics]") {
  for (const std::string sides : {"periodic", "reflecting"})
    for (const double eps : {0.5, 1e-3}) {
      const auto line = run_line(line_params("fokker_planck", eps,
                                             "cells = 24\nvelocities = 8\nduration = 12\nsides = \"" + sides +
                                                 "\"\ndt = " + (eps == 0.5 ? "2e-3" : "2e-2") + "\n" + potential));
      const auto rho = densities(line);
      double worst = 0.0;
      for (std::size_t n = 0; n < rho.size(); ++n) {
        const double angle = 2.0 * std::numbers::pi / 24.0, shift = static_cast<double>(n) + 0.5;
        worst = std::max(
            worst,
            std::fabs(rho[n] / rho[0] * std::exp(0.7 * (std::cos(angle * shift) - std::cos(0.5 * angle))) - 1.0));
      }
      INFO(sides << ", eps = " << eps);
      CHECK(worst < 1e-8);
    }
}

TEST_CASE("a cloud in a harmonic potential swings or creeps as one particle does", "[boltzmann][physics]") {
  for (const double eps : {1.0, 0.3, 1e-3}) {
    const auto error = [&](int cells) {
      const auto line = run_line(line_params(
          "fokker_planck", eps,
          fmt::format("length = 16\nsides = \"reflecting\"\nvelocities = 24\nduration = 1\ncells = {}\npotential = "
                      "\"0.5*(x - L/2)^2\"\n[stage.start]\ndensity = \"exp(-0.5*(x - 8.5)^2)\"\n",
                      cells)));
      return std::fabs(2.0 * (mean_place(line) - 8.0) - oscillator(eps, 1.0));
    };
    const double coarse = error(64), fine = error(128);
    INFO("eps = " << eps << ": " << coarse << ", " << fine);
    CHECK(fine < 2e-3);
    CHECK(coarse / fine > 3.0);
  }
}

TEST_CASE("walls are mirrors", "[boltzmann][physics]") {
  for (const double eps : {1.0, 0.1, 1e-3})
    for (const std::string diffusion : {"explicit", "implicit"}) {
      const std::string keys =
          "dt = 2e-5\nsteps = 40\nvelocities = 8\nscattering = \"1 + 0.5*cos(pi*x)\"\ndiffusion = \"" + diffusion +
          "\"\n[stage.start]\ndistribution = \"1 + cos(pi*x) + v^2*cos(2*pi*x)\"\n";
      for (const std::string collisions : {"isotropic", "fokker_planck"}) {
        const std::string force = collisions == "isotropic" ? "" : "potential = \"0.3*cos(pi*x)\"\n";
        const auto whole = densities(run_line(line_params(collisions, eps, force + "length = 2\ncells = 40\n" + keys))),
                   half = densities(run_line(line_params(
                       collisions, eps, force + "length = 1\ncells = 20\nsides = \"reflecting\"\n" + keys)));
        double worst = 0.0;
        for (std::size_t n = 0; n < half.size(); ++n)
          worst = std::max({worst, std::fabs(half[n] - whole[n]), std::fabs(half[n] - whole[39 - n])});
        INFO(collisions << ", " << diffusion << ", eps = " << eps);
        CHECK(worst < 1e-12);
      }
    }
}

TEST_CASE("scattering that varies gives the diffusion that goes with it", "[boltzmann][physics]") {
  // rho_t = (1/3) d_x (rho_x / sigma) by itself: Heun's steps on the same cells.
  constexpr std::size_t cells = 40;
  constexpr double dx = 1.0 / cells, dt = 2e-5;
  const auto rate = [](const std::vector<double>& rho) {
    std::vector<double> result;
    const auto flux = [&](std::size_t face) {
      const double sigma = 1.0 + 0.5 * std::cos(2.0 * std::numbers::pi * dx * static_cast<double>(face % cells));
      return (rho[face % cells] - rho[(face + cells - 1) % cells]) / (3.0 * sigma * dx);
    };
    for (std::size_t n = 0; n < cells; ++n) result.push_back((flux(n + 1) - flux(n)) / dx);
    return result;
  };
  std::vector<double> rho;
  for (std::size_t n = 0; n < cells; ++n)
    rho.push_back(1.0 + wave_height * std::cos(2.0 * std::numbers::pi * dx * (static_cast<double>(n) + 0.5)));
  for (int step = 0; step < 5000; ++step) {
    const auto first = rate(rho);
    auto middle = rho;
    for (std::size_t n = 0; n < cells; ++n) middle[n] += dt * first[n];
    const auto second = rate(middle);
    for (std::size_t n = 0; n < cells; ++n) rho[n] += 0.5 * dt * (first[n] + second[n]);
  }
  for (const std::string diffusion : {"explicit", "implicit"}) {
    const auto found = densities(run_line(line_params("isotropic", 1e-7,
                                                      "cells = 40\ndt = 1e-4\nscattering = \"1 + "
                                                      "0.5*cos(2*pi*x)\"\ndiffusion = \"" +
                                                          diffusion + "\"\n")));
    double worst = 0.0;
    for (std::size_t n = 0; n < cells; ++n) worst = std::max(worst, std::fabs(found[n] - rho[n]));
    INFO(diffusion << ": " << worst);
    CHECK(worst < 1e-6);
  }
}
