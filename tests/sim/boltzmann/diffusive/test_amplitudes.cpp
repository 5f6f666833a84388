// One wave: how fast it decays, against exact amplitudes from free flight to diffusion, and how the error falls.
#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "lines.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr double wave_number = 2.0 * std::numbers::pi;

/// Of a wave under fokker_planck, sigma = T = 1.
double fokker_planck_amplitude(double eps, double t) {
  return std::exp(-wave_number * wave_number * (t + eps * eps * std::expm1(-t / (eps * eps))));
}

/// The largest error over all eps and two times.
std::vector<double> golden_errors(const std::string& collisions, const std::string& keys) {
  const auto golden = golden_amplitudes(collisions);
  std::vector<double> errors;
  for (std::size_t e = 0; e < golden.eps.size(); ++e) {
    double worst = 0.0;
    for (const std::size_t t : {1U, 2U}) {
      const auto params =
          line_params(collisions, golden.eps[e], fmt::format("duration = {}\n", golden.times[t]) + keys);
      worst = std::max(worst, std::fabs(amplitude_of(params) - golden.at(e, t)));
    }
    errors.push_back(worst);
  }
  return errors;
}

}  // namespace

TEST_CASE("exact amplitudes of Fokker-Planck waves are those of the reference", "[boltzmann]") {
  const auto golden = golden_amplitudes("fokker_planck");
  for (std::size_t e = 0; e < golden.eps.size(); ++e)
    for (std::size_t t = 0; t < golden.times.size(); ++t)
      CHECK_THAT(golden.at(e, t), WithinAbs(fokker_planck_amplitude(golden.eps[e], golden.times[t]), 1e-10));
}

TEST_CASE("waves decay as they should for every eps, with an error of second order", "[boltzmann][physics]") {
  for (const std::string collisions : {"isotropic", "fokker_planck"})
    for (const std::string diffusion : {"explicit", "implicit"}) {
      const std::string keys = "diffusion = \"" + diffusion + "\"\ncells = ";
      const auto coarse = golden_errors(collisions, keys + "24\n"), fine = golden_errors(collisions, keys + "48\n");
      for (std::size_t e = 0; e < fine.size(); ++e) {
        INFO(collisions << ", " << diffusion << ", eps number " << e << ": " << coarse[e] << ", " << fine[e]);
        CHECK(fine[e] < (collisions == "isotropic" ? 7e-4 : 1e-3));
        CHECK(coarse[e] / fine[e] > 3.4);
      }
    }
}

TEST_CASE("steps of order 1 have the errors that are known of them", "[boltzmann][physics]") {
  const auto golden = golden_amplitudes("isotropic");
  const auto error = [&](std::size_t e, int cells) {
    const auto params = line_params("isotropic", golden.eps[e],
                                    fmt::format("order = 1\ndiffusion = \"explicit\"\ncells = {}\n", cells));
    return wave_height * std::fabs(amplitude_of(params) - golden.at(e, 2));
  };
  CHECK_THAT(error(0, 160), WithinRel(7e-4, 0.1));    // eps = 1
  CHECK_THAT(error(2, 160), WithinRel(1.2e-3, 0.1));  // 0.1
  CHECK_THAT(error(4, 160), WithinRel(1.2e-4, 0.1));  // 0.01
  CHECK(error(0, 80) / error(0, 160) > 1.8);
}

TEST_CASE("the error falls with the square of the time step", "[boltzmann][physics]") {
  for (const std::string collisions : {"isotropic", "fokker_planck"})
    for (const double eps : {1.0, 1e-6}) {
      const double longest = eps == 1.0 ? 0.1 / 64 : 0.1 / 8;
      const auto at = [&](int halvings) {
        return amplitude_of(
            line_params(collisions, eps,
                        fmt::format("cells = 16\nvelocities = 8\ndt = {:.17g}\n", longest / std::pow(2.0, halvings))));
      };
      const double exact = at(5), ratio = (at(0) - exact) / (at(1) - exact), next = (at(1) - exact) / (at(2) - exact);
      INFO(collisions << ", eps = " << eps << ": " << ratio << ", " << next);
      CHECK_THAT(next, WithinAbs(4.0, 0.6));
    }
}

TEST_CASE("diffusion is left as eps vanishes, with steps that do not", "[boltzmann][physics]") {
  for (const std::string diffusion : {"explicit", "implicit"}) {
    const std::string keys =
        "cells = 40\ndiffusion = \"" + diffusion + "\"\ndt = " + (diffusion == "explicit" ? "2e-4" : "5e-3") + "\n";
    const double vanishing = amplitude_of(line_params("isotropic", 1e-8, keys));
    CHECK_THAT(vanishing, WithinAbs(std::exp(-wave_number * wave_number * 0.1 / 3.0), 1e-3));
    CHECK_THAT(amplitude_of(line_params("isotropic", 1e-6, keys)), WithinAbs(vanishing, 1e-9));
    CHECK_THAT(amplitude_of(line_params("isotropic", 1e-4, keys)), WithinAbs(vanishing, 1e-5));
  }
}
