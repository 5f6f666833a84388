// Integrators of the collision integral, with one whose solution is known: Q = rate (M - f).
#include <cmath>

#include "space_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

std::string relaxing(const std::string& integrator, double dt, int steps) {
  return "model = \"boltzmann\"\nintegrator = \"" + integrator + "\"\ndt = " + std::to_string(dt) +
         "\nsteps = " + std::to_string(steps) +
         "\ncollisions.rate = 1.5\n[stage.velocity]\ndimensions = 3\npoints = 20\nhalf_width = [7.0]\n"
         "[[stage.initial]]\ndensity = 0.7\nvelocity = [0.9, 0.3, -0.2]\ntemperature = 0.8\n"
         "[[stage.initial]]\ndensity = 0.4\nvelocity = [-1.1, 0.1, 0.4]\ntemperature = 1.1\n"
         "[[stage.species]]\nname = \"gas\"\ndiameter = 1.0\n";
}

/// Of P_xx - P_yy after 0.8, against its exponential.
double error_of(const std::string& integrator, int steps) {
  const auto stage = started_stage(comm(), relaxing(integrator, 0.8 / steps, steps));
  const auto before = field_of(*stage, "stress");
  advance_stage(*stage, steps);
  const auto after = field_of(*stage, "stress");
  return std::abs((after[0] - after[1]) / (before[0] - before[1]) - std::exp(-1.5 * 0.8));
}

}  // namespace

TEST_CASE("integrators of the integral converge and keep what collisions keep", "[boltzmann]") {
  for (const char* integrator : {"exponential", "penalised", "rk2", "rk3"}) {
    INFO(integrator);
    const double order = std::log2(error_of(integrator, 8) / error_of(integrator, 16));
    CHECK(order > (std::string(integrator) == "rk3" ? 2.7 : 1.7));
    const auto stage = started_stage(comm(), relaxing(integrator, 0.1, 10));
    const char* names[] = {"mass", "momentum_x", "momentum_y", "momentum_z", "energy"};
    double before[5];
    for (int n = 0; n < 5; ++n) before[n] = series_of(*stage, names[n]);
    advance_stage(*stage, 10);
    for (int n = 0; n < 5; ++n) CHECK_THAT(series_of(*stage, names[n]), WithinAbs(before[n], 1e-12));
  }
}

TEST_CASE("steps of many collision times end in equilibrium", "[boltzmann]") {
  for (const char* integrator : {"exponential", "penalised"}) {
    INFO(integrator);
    const auto stage = started_stage(comm(), relaxing(integrator, 1e3, 60));
    advance_stage(*stage, 60);
    const auto stress = field_of(*stage, "stress");
    CHECK_THAT(stress[0], WithinRel(stress[1], 1e-5));
    CHECK(std::abs(field_of(*stage, "heat_flux")[0]) < 1e-5);
  }
}
