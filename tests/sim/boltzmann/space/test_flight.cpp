// Orders of convergence of free flight, and what it keeps.
#include <cmath>
#include <numbers>

#include "space_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr double pi = std::numbers::pi;

/// Mean error of a density wave of free particles at t = 0.2. What the deck gives at points counts as means of cells:
/// they are carried along as they are.
double error_of_wave(const std::string& keys, int cells, double time_step) {
  const auto stage =
      started_stage(comm(), "cells = [" + std::to_string(cells) +
                                "]\ntime = 0.2\nviscosity = 1e12\ndt = " + std::to_string(time_step) + "\n" + keys +
                                "[stage.velocity]\ndimensions = 1\npoints = 8\nhalf_width = [4.0]\n[[stage.initial]]\n"
                                "density = \"1 + 0.3*sin(2*pi*x)\"\ntemperature = 0.5\n");
  const auto before = distribution_of(*stage);
  const double x = 0.5 / cells, at_start = 1.0 + 0.3 * std::sin(2.0 * pi * x);
  advance_stage(*stage, static_cast<int>(stage->num_steps()));
  const auto after = distribution_of(*stage);
  double error = 0.0;
  for (int c = 0; c < 8; ++c) {
    const double v = -4.0 + c + 0.5, maxwellian = before[static_cast<std::size_t>(c * cells)] / at_start;
    for (int i = 0; i < cells; ++i) {
      const double exact = 1.0 + 0.3 * std::sin(2.0 * pi * ((i + 0.5) / cells - 0.2 * v));
      error += std::abs(after[static_cast<std::size_t>(c * cells + i)] - maxwellian * exact) / cells;
    }
  }
  return error;
}

double order_of(const std::string& scheme, const std::string& integrator, int cells, double time_step) {
  const std::string keys = "scheme = \"" + scheme + "\"\nintegrator = \"" + integrator + "\"\n";
  return std::log2(error_of_wave(keys, cells, time_step) / error_of_wave(keys, 2 * cells, 0.5 * time_step));
}

}  // namespace

TEST_CASE("free flight converges with the order of its scheme", "[boltzmann]") {
  CHECK(order_of("upwind", "rk2", 80, 0.001) > 0.85);
  // Limiters flatten the crests of a wave: a third of an order less than two is theirs.
  CHECK(order_of("van_leer", "rk2", 80, 0.001) > 1.7);
  CHECK(order_of("mc", "rk2", 80, 0.001) > 1.7);
  CHECK(order_of("van_leer", "imex", 80, 0.001) > 1.7);
  // Steps so short that space is what errs.
  CHECK(order_of("third", "rk3", 20, 0.002) > 2.8);
  CHECK(order_of("weno", "rk3", 16, 0.002) > 4.5);
}

TEST_CASE("the same along any direction, in any number of dimensions", "[boltzmann]") {
  const std::string rest =
      "steps = 8\nviscosity = 0.1\nscheme = \"mc\"\n[stage.velocity]\ndimensions = 3\npoints = 8\n"
      "half_width = [5.4]\n[[stage.initial]]\n";
  const auto line = started_stage(comm(), "cells = [12]\ndt = 0.002\n" + rest + "density = \"1 + 0.3*sin(2*pi*x)\"\n");
  advance_stage(*line, 8);
  const auto expected = field_of(*line, "density");
  for (const int d : {0, 1, 2}) {
    const std::string name(1, "xyz"[d]);
    const auto solid = started_stage(
        comm(), "cells = [12, 12, 12]\ndt = 0.002\n" + rest + "density = \"1 + 0.3*sin(2*pi*" + name + ")\"\n");
    advance_stage(*solid, 8);
    const auto density = field_of(*solid, "density");
    const int stride = d == 0 ? 1 : d == 1 ? 12 : 144;
    double worst = 0.0;
    for (int n = 0; n < 12 * 144; ++n)
      worst = std::max(
          worst, std::abs(density[static_cast<std::size_t>(n)] - expected[static_cast<std::size_t>(n / stride % 12)]));
    CHECK(worst < 1e-13);  // rounding of eight steps
  }
}

TEST_CASE("mass, momentum and energy stay, and limited flight stays positive", "[boltzmann]") {
  for (const char* scheme : {"upwind", "van_leer", "mc", "weno"}) {
    INFO(scheme);
    const auto stage =
        started_stage(comm(), "cells = [16, 8]\nsteps = 30\nviscosity = 0.01\nscheme = \"" + std::string(scheme) +
                                  "\"\n[stage.velocity]\ndimensions = 2\npoints = 16\nhalf_width = [6.0]\n"
                                  "[[stage.initial]]\ndensity = \"if(abs(x - 0.5) - 0.2, 1, 3)\"\n"
                                  "velocity = [\"0.3*cos(2*pi*y)\", 0.2, 0]\n");
    const char* names[] = {"mass", "momentum_x", "momentum_y", "energy"};
    double before[4];
    for (int n = 0; n < 4; ++n) before[n] = series_of(*stage, names[n]);
    const double entropy = series_of(*stage, "entropy");
    advance_stage(*stage, 30);
    for (int n = 0; n < 4; ++n) {
      INFO(names[n]);
      CHECK_THAT(series_of(*stage, names[n]), WithinAbs(before[n], 1e-12));
    }
    if (std::string(scheme) != "weno") {
      CHECK(series_of(*stage, "negative_values") == 0.0);
      CHECK(series_of(*stage, "entropy") < entropy);
    }
  }
}

TEST_CASE("acceleration moves the mean as Newton says", "[boltzmann]") {
  for (const char* velocity :
       {"dimensions = 3\npoints = 20\n", "dimensions = 1\npoints = 20\nreduction = \"planar\"\n"}) {
    const auto stage = started_stage(comm(),
                                     "cells = [4]\nsteps = 50\ndt = 0.01\nviscosity = 0.1\n"
                                     "acceleration = [0, 0.4, 0]\n[stage.velocity]\nhalf_width = [6.0]\n" +
                                         std::string(velocity));
    advance_stage(*stage, 50);
    const auto velocities = field_of(*stage, "velocity");
    CHECK_THAT(velocities[4], WithinAbs(0.2, 2e-4));  // limited differences in velocity, a tenth of a width apart
    CHECK_THAT(field_of(*stage, "temperature")[0], WithinAbs(1.0, 1e-2));
  }
}
