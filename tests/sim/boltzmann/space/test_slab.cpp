// Flows between plates of a BGK gas against solutions of the linear equation that are exact to 1e-7 (discrete ordinates
// with analytic dependence on x; they give the known slip coefficient 1.016191).
#include <algorithm>
#include <cmath>

#include "space_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

/// delta = p H / (mu sqrt(2T/m)).
std::string slab(double delta, const std::string& keys, const std::string& wall_low, const std::string& wall_high) {
  return "cells = [50]\nsteps = 20000\nsteady = 1e-8\nscheme = \"third\"\nviscosity = " +
         std::to_string(1.0 / (delta * std::sqrt(2.0))) + "\n" + keys +
         "[stage.velocity]\ndimensions = 1\npoints = 144\nhalf_width = [5.2]\nreduction = \"planar\"\n"
         "[stage.x_low]\nkind = \"diffuse\"\n" +
         wall_low + "[stage.x_high]\nkind = \"diffuse\"\n" + wall_high;
}

void come_to_rest(BoltzmannStage& stage) {
  for (std::int64_t n = 0; n < stage.num_steps() && !stage.is_finished(); ++n) advance_stage(stage, 1);
  CHECK(stage.is_finished());
}

/// Over its free-molecular value p dU / sqrt(2 pi T/m).
double couette_stress(double delta) {
  const auto stage = started_stage(comm(), slab(delta, "", "velocity = [0, -0.01, 0]\n", "velocity = [0, 0.01, 0]\n"));
  come_to_rest(*stage);
  CHECK(std::abs(series_of(*stage, "x_low_mass_flux")) < 1e-14);
  CHECK_THAT(series_of(*stage, "x_low_stress_y"), WithinRel(series_of(*stage, "x_high_stress_y"), 1e-5));
  return -series_of(*stage, "x_low_stress_y") / 0.02 * std::sqrt(2.0 * 3.14159265358979324);
}

/// Mass flow a width over -H^2 (dp/dz)/sqrt(2T/m), the pressure gradient being minus the force on a volume.
double poiseuille_flow(double delta) {
  const auto stage = started_stage(comm(), slab(delta, "acceleration = [0, 0.001, 0]\n", "", ""));
  come_to_rest(*stage);
  return series_of(*stage, "momentum_y") / 0.001 * std::sqrt(2.0);
}

}  // namespace

TEST_CASE("Couette flow has the exact stress", "[boltzmann]") {
  CHECK_THAT(couette_stress(0.5), WithinRel(0.738519, 1e-3));
  CHECK_THAT(couette_stress(2.0), WithinRel(0.443647, 1e-3));
}

TEST_CASE("Poiseuille flow has the exact mass flow, least near delta = 1", "[boltzmann]") {
  const double at_half = poiseuille_flow(0.5), at_one = poiseuille_flow(1.0), at_two = poiseuille_flow(2.0);
  CHECK_THAT(at_half, WithinRel(1.601874, 1e-3));
  CHECK_THAT(at_one, WithinRel(1.538678, 1e-3));
  CHECK_THAT(at_two, WithinRel(1.594857, 1e-3));
  CHECK(at_one < at_half);
  CHECK(at_one < at_two);
}
