// Sides of the box: nothing passes through walls, and equilibria stay.
#include <cmath>

#include "space_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

const std::string plane = "[stage.velocity]\ndimensions = 2\npoints = 16\nhalf_width = [6.5]\n";

std::string walls(const std::string& x_low, const std::string& x_high) {
  return "[stage.x_low]\n" + x_low + "[stage.x_high]\n" + x_high;
}

/// Two directions of space with a wall at each side, of which each has another temperature.
std::string cavity(const std::string& scheme, const std::string& accommodation) {
  const auto side = [&](const char* name, const char* rest) {
    return "[stage." + std::string(name) + "]\nkind = \"diffuse\"\naccommodation = " + accommodation + "\n" + rest;
  };
  return "cells = [10, 8]\nsteps = 12\nviscosity = 0.1\nscheme = \"" + scheme + "\"\n" + plane +
         side("x_low", "temperature = 0.9\n") + side("x_high", "velocity = [0, 0.2, 0]\n") +
         side("y_low", "temperature = 1.2\n") + side("y_high", "velocity = [0.3, 0, 0]\n");
}

}  // namespace

TEST_CASE("no mass passes through walls, to rounding", "[boltzmann]") {
  for (const char* scheme : {"upwind", "van_leer", "mc", "third", "weno"})
    for (const char* accommodation : {"1.0", "0.3"}) {
      INFO(scheme << " " << accommodation);
      const auto stage = started_stage(comm(), cavity(scheme, accommodation));
      const double mass = series_of(*stage, "mass");
      advance_stage(*stage, 12);
      for (const char* side : {"x_low", "x_high", "y_low", "y_high"})
        CHECK(std::abs(series_of(*stage, side + std::string("_mass_flux"))) < 3e-15);
      CHECK_THAT(series_of(*stage, "mass"), WithinAbs(mass, 1e-14));
      CHECK(std::abs(series_of(*stage, "x_high_energy_flux")) > 1e-4);
    }
}

TEST_CASE("a mirror keeps mass and energy, and is the middle of a symmetric flow", "[boltzmann]") {
  for (const char* scheme : {"van_leer", "weno"}) {
    const std::string rest = "viscosity = 0.05\ndt = 0.0025\nsteps = 15\nscheme = \"" + std::string(scheme) + "\"\n" +
                             plane + "[[stage.initial]]\ndensity = \"1 + 0.4*cos(2*pi*x)\"\n";
    const auto half = started_stage(
        comm(), "cells = [12]\nlength = [0.5]\n" + rest + walls("kind = \"specular\"\n", "kind = \"specular\"\n"));
    const auto whole = started_stage(comm(), "cells = [24]\n" + rest);
    const double mass = series_of(*half, "mass"), energy = series_of(*half, "energy");
    advance_stage(*half, 15);
    advance_stage(*whole, 15);
    CHECK_THAT(series_of(*half, "mass"), WithinAbs(mass, 1e-14));
    CHECK_THAT(series_of(*half, "energy"), WithinAbs(energy, 1e-13));
    // The same wave: twice the mass's first moment would do, but all sums of squares tell more.
    CHECK_THAT(2.0 * series_of(*half, "entropy"), WithinAbs(series_of(*whole, "entropy"), 1e-12));
  }
}

TEST_CASE("equilibria stay between walls and in what flows past", "[boltzmann]") {
  const auto at_rest = started_stage(comm(), "cells = [8]\nsteps = 20\nviscosity = 0.1\n" + plane +
                                                 walls("kind = \"diffuse\"\n", "kind = \"diffuse\"\n"));
  advance_stage(*at_rest, 20);
  CHECK(series_of(*at_rest, "change") < 1e-10);
  const std::string inflow = "kind = \"inflow\"\ndensity = [1.3]\nvelocity = [0.4, 0, 0]\ntemperature = 0.9\n";
  const auto moving =
      started_stage(comm(), "cells = [8]\nsteps = 20\nviscosity = 0.1\n" + plane + walls(inflow, inflow) +
                                "[[stage.initial]]\ndensity = 1.3\nvelocity = [0.4, 0, 0]\ntemperature = 0.9\n");
  advance_stage(*moving, 20);
  CHECK(series_of(*moving, "change") < 1e-9);
  CHECK_THAT(series_of(*moving, "x_low_mass_flux"), WithinAbs(0.52, 1e-9));
}

TEST_CASE("heat goes from the warm wall to the cold one, as much out as in", "[boltzmann]") {
  const auto stage =
      started_stage(comm(),
                    "cells = [16]\nsteps = 3000\nsteady = 1e-7\nviscosity = 0.5\nmodel = \"es_bgk\"\n"
                    "[stage.velocity]\ndimensions = 1\npoints = 40\nhalf_width = [6.0]\nreduction = \"axial\"\n" +
                        walls("kind = \"diffuse\"\ntemperature = 0.95\n", "kind = \"diffuse\"\ntemperature = 1.05\n"));
  for (int n = 0; n < 3000 && !stage->is_finished(); ++n) advance_stage(*stage, 1);
  CHECK(stage->is_finished());
  const double low = series_of(*stage, "x_low_energy_flux"), high = series_of(*stage, "x_high_energy_flux");
  CHECK(low < -0.01);
  CHECK_THAT(low, WithinRel(high, 1e-5));
}
