// Relaxation models: what they keep, to what they lead, and how fast.
#include <algorithm>
#include <cmath>

#include "space_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

/// Two beams of different widths: stress and heat flux to begin with, and density, velocity and temperature of no round
/// numbers.
const std::string beams =
    "[[stage.initial]]\ndensity = 0.7\nvelocity = [0.9, 0.3, -0.2]\ntemperature = 0.8\n"
    "[[stage.initial]]\ndensity = 0.4\nvelocity = [-1.1, 0.1, 0.4]\ntemperature = 1.3\n";

std::string homogeneous(const std::string& keys, const std::string& velocity) {
  return keys + "[stage.velocity]\n" + velocity + beams;
}

const std::string cube = "dimensions = 3\npoints = 24\nhalf_width = [8.0]\n";

struct Rates {
  double stress, heat;
};

/// Of the decay of P_xx - P_yy and of q_x within `time`, of step `dt`.
Rates rates_of(const std::string& model, const std::string& integrator, double time, double dt) {
  const auto stage =
      started_stage(comm(), homogeneous("model = \"" + model + "\"\nintegrator = \"" + integrator +
                                            "\"\nviscosity = 0.8\n"
                                            "viscosity_exponent = 1.0\ndt = " +
                                            std::to_string(dt) + "\ntime = " + std::to_string(time) + "\n",
                                        cube));
  const auto read = [&](double& anisotropy, double& heat) {
    const auto stress = field_of(*stage, "stress");
    anisotropy = stress[0] - stress[1];
    heat = field_of(*stage, "heat_flux")[0];
  };
  double stress_before, heat_before, stress_after, heat_after;
  read(stress_before, heat_before);
  advance_stage(*stage, static_cast<int>(stage->num_steps()));
  read(stress_after, heat_after);
  return {std::log(stress_before / stress_after) / time, std::log(heat_before / heat_after) / time};
}

}  // namespace

TEST_CASE("mass, momentum and energy stay to rounding, also on coarse grids and in steps of any length",
          "[boltzmann]") {
  const std::string grids[] = {cube, "dimensions = 3\npoints = 12\nhalf_width = [8.0]\noffset = 0.2\n",
                               "dimensions = 3\npoints = 16\nhalf_width = [8.0]\ncentre = [0.4, -0.3, 0.1]\n"};
  for (const char* model : {"bgk", "es_bgk", "shakhov"})
    for (const auto& grid : grids)
      for (const char* dt : {"0.05", "1e6"}) {
        INFO(model << " " << grid << dt);
        const auto stage = started_stage(comm(), homogeneous("model = \"" + std::string(model) +
                                                                 "\"\nviscosity = 0.8\nsteps = 20\ndt = " + dt + "\n",
                                                             grid));
        const char* names[] = {"mass", "momentum_x", "momentum_y", "momentum_z", "energy"};
        double before[5];
        for (int n = 0; n < 5; ++n) before[n] = series_of(*stage, names[n]);
        CHECK_THAT(before[0], WithinAbs(1.1, 1e-12));
        CHECK_THAT(before[1], WithinAbs(0.7 * 0.9 - 0.4 * 1.1, 1e-12));
        const double entropy = series_of(*stage, "entropy");
        advance_stage(*stage, 20);
        for (int n = 0; n < 5; ++n) {
          INFO(names[n]);
          CHECK_THAT(series_of(*stage, names[n]), WithinAbs(before[n], 1e-12));
        }
        CHECK(series_of(*stage, "entropy") < entropy);
      }
}

TEST_CASE("stress decays with p/mu, heat flux with Prandtl's number times that", "[boltzmann]") {
  // mu = 0.8 T: p/mu = n/0.8.
  const double rate = 1.1 / 0.8, prandtl = 2.0 / 3.0;
  const auto bgk = rates_of("bgk", "imex", 0.5, 0.01);
  CHECK_THAT(bgk.stress, WithinRel(rate, 1e-4));  // second order: (rate dt)^2 / 6 and the like
  CHECK_THAT(bgk.heat, WithinRel(rate, 1e-4));
  for (const char* model : {"es_bgk", "shakhov"})
    for (const char* integrator : {"imex", "rk2"}) {
      INFO(model << " " << integrator);
      const auto rates = rates_of(model, integrator, 0.5, 0.01);
      CHECK_THAT(rates.stress, WithinRel(rate, 1e-4));
      CHECK_THAT(rates.heat, WithinRel(prandtl * rate, 1e-4));
    }
}

TEST_CASE("integrators converge with their orders", "[boltzmann]") {
  // Log errors of decay rates fall with dt^2, and dt^3 for rk3.
  const double exact = 1.1 / 0.8;
  const auto order = [&](const char* integrator) {
    const double coarse = rates_of("bgk", integrator, 0.8, 0.2).stress - exact,
                 fine = rates_of("bgk", integrator, 0.8, 0.1).stress - exact;
    return std::log2(std::abs(coarse / fine));
  };
  CHECK(order("imex") > 1.8);
  CHECK(order("rk2") > 1.8);
  CHECK(order("rk3") > 2.8);
}

namespace {

/// Maxwell molecules of masses 1 and 4 with unequal velocities and temperatures.
const std::string mixture =
    "model = \"mixture\"\n[stage.velocity]\ndimensions = 3\npoints = 20\nhalf_width = [8.0, 4.5]\n"
    "[[stage.species]]\nname = \"light\"\nmass = 1.0\n[[stage.species]]\nname = \"heavy\"\nmass = 4.0\n"
    "[[stage.pair]]\nbetween = [\"light\", \"light\"]\nstrength = 0.1\nexponent = 0\n"
    "[[stage.pair]]\nbetween = [\"light\", \"heavy\"]\nstrength = 0.05\nexponent = 0\n"
    "[[stage.pair]]\nbetween = [\"heavy\", \"heavy\"]\nstrength = 0.07\nexponent = 0\n"
    "[[stage.initial]]\nspecies = \"light\"\ndensity = 1.2\nvelocity = [0.5, 0, 0.1]\ntemperature = 1.4\n"
    "[[stage.initial]]\nspecies = \"heavy\"\ndensity = 0.6\nvelocity = [-0.2, 0.1, 0]\ntemperature = 0.7\n";

}  // namespace

TEST_CASE("species exchange momentum and energy as Maxwell molecules do", "[boltzmann]") {
  const auto stage = started_stage(comm(), "dt = 0.05\nsteps = 40\n" + mixture);
  const double time = 2.0, n1 = 1.2, n2 = 0.6, m1 = 1.0, m2 = 4.0, total = m1 + m2, reduced = m1 * m2 / total;
  const double nu = 4.0 * 3.14159265358979324 * 0.05;
  const double du0[3] = {0.7, -0.1, 0.1}, square = 0.51, dt0 = 0.7;
  const double by_momentum = nu * (n1 * m1 + n2 * m2) / total, by_energy = 2.0 * nu * reduced * (n1 + n2) / total;
  const double heating = 2.0 / 3.0 * nu * (reduced / total) * (n2 * m2 - n1 * m1);
  const auto total_of = [&](const char* name) {
    return series_of(*stage, name + std::string("_light")) + series_of(*stage, name + std::string("_heavy"));
  };
  const char* names[] = {"mass", "momentum_x", "momentum_y", "momentum_z", "energy"};
  double before[5];
  for (int n = 0; n < 5; ++n) before[n] = total_of(names[n]);
  advance_stage(*stage, 40);
  for (int n = 0; n < 5; ++n) CHECK_THAT(total_of(names[n]), WithinAbs(before[n], 1e-12));
  const auto u1 = field_of(*stage, "velocity_light"), u2 = field_of(*stage, "velocity_heavy");
  for (std::size_t d = 0; d < 3; ++d)
    CHECK_THAT(u1[d] - u2[d], WithinAbs(du0[d] * std::exp(-by_momentum * time), 2e-4));  // (rate dt)^2 / 6
  const double exact = dt0 * std::exp(-by_energy * time) +
                       heating * square * (std::exp(-2.0 * by_momentum * time) - std::exp(-by_energy * time)) /
                           (by_energy - 2.0 * by_momentum);
  CHECK_THAT(field_of(*stage, "temperature_light")[0] - field_of(*stage, "temperature_heavy")[0],
             WithinAbs(exact, 2e-4));
}

TEST_CASE("a long step makes all species one gas", "[boltzmann]") {
  const auto stage = started_stage(comm(), "dt = 1e8\nsteps = 3\n" + mixture);
  advance_stage(*stage, 3);
  const auto u1 = field_of(*stage, "velocity_light"), u2 = field_of(*stage, "velocity_heavy");
  for (std::size_t d = 0; d < 3; ++d) CHECK_THAT(u1[d], WithinAbs(u2[d], 1e-7));
  CHECK_THAT(field_of(*stage, "temperature_light")[0], WithinAbs(field_of(*stage, "temperature_heavy")[0], 1e-6));
}
