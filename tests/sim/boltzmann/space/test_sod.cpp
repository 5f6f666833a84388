// Sod's shock tube of a BGK gas: against profiles of an independent solver at several Knudsen numbers, and against the
// exact solution of Euler's equations where there is none left.
#include <algorithm>
#include <cmath>

#include "space_samples.hpp"
#include "stored.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

std::string sod(const std::string& keys, int cells, const std::string& velocity) {
  return "cells = [" + std::to_string(cells) + "]\ntime = 0.15\n" + keys + "[stage.velocity]\n" + velocity +
         "[[stage.initial]]\ndensity = \"if(0.5 - x, 1, 0.125)\"\ntemperature = \"if(0.5 - x, 1, 0.8)\"\n"
         "[stage.x_low]\nkind = \"outflow\"\n[stage.x_high]\nkind = \"outflow\"\n";
}

const std::string axial = "dimensions = 1\npoints = 80\nhalf_width = [7.0]\nreduction = \"axial\"\n";

/// Mean difference of a field from a column of stored profiles, which have 200 cells.
double difference(BoltzmannStage& stage, const std::string& field, const Stored& profile, int column) {
  const auto values = field_of(stage, field);
  const std::int64_t cells = static_cast<std::int64_t>(values.size()), share = 200 / cells;
  double sum = 0.0;
  for (std::int64_t i = 0; i < cells; ++i) {
    double mean = 0.0;
    for (std::int64_t k = 0; k < share; ++k)
      mean += profile.numbers[static_cast<std::size_t>((i * share + k) * 3 + column)] / static_cast<double>(share);
    sum += std::abs(values[static_cast<std::size_t>(i)] - mean) / static_cast<double>(cells);
  }
  return sum;
}

std::unique_ptr<BoltzmannStage> run_sod(const std::string& keys, int cells, const std::string& velocity) {
  auto stage = started_stage(comm(), sod(keys, cells, velocity));
  advance_stage(*stage, static_cast<int>(stage->num_steps()));
  return stage;
}

double from_euler(const std::string& keys, int cells, const std::string& velocity = axial) {
  const auto exact = read_stored(data_path("boltzmann/sod.h5"), "euler_rho_u_p");
  return difference(*run_sod(keys, cells, velocity), "density", exact, 0);
}

}  // namespace

TEST_CASE("a rarefied shock tube has the profiles of an independent solver", "[boltzmann]") {
  for (const std::string knudsen : {"0.1", "0.01", "0.001"}) {
    INFO(knudsen);
    const auto stage = run_sod("viscosity = " + knudsen + "\n", 200, axial);
    const auto profile = read_stored(data_path("boltzmann/sod.h5"), "bgk_Kn" + knudsen + "_rho_u_T");
    CHECK(difference(*stage, "density", profile, 0) < 2e-3);
    CHECK(difference(*stage, "velocity", profile, 1) < 2e-3);
    CHECK(difference(*stage, "temperature", profile, 2) < 2e-3);
  }
}

TEST_CASE("without collision times to resolve, a shock tube goes to Euler's", "[boltzmann]") {
  // Errors of a prototype at Kn = 1e-8 with 50, 100, 200 cells: 1.37e-2, 7.7e-3, 4.2e-3.
  const std::string few = "dimensions = 1\npoints = 40\nhalf_width = [7.0]\nreduction = \"axial\"\n";
  CHECK(from_euler("viscosity = 1e-8\n", 50, few) < 1.4e-2);
  CHECK(from_euler("viscosity = 1e-8\n", 100, few) < 8e-3);
  CHECK(from_euler("viscosity = 1e-8\n", 200, few) < 4.3e-3);
  CHECK(from_euler("viscosity = 1e-5\n", 100, few) < 8e-3);
  CHECK(from_euler("viscosity = 1e-8\nmodel = \"es_bgk\"\n", 100, few) < 8e-3);
}

TEST_CASE("a reduced gas is the whole one", "[boltzmann]") {
  for (const char* model : {"bgk", "es_bgk"}) {
    // Limiters see other slopes in sums over v_y and v_z; what is linear does not.
    const std::string keys = "viscosity = 0.01\nscheme = \"upwind\"\nmodel = \"" + std::string(model) + "\"\n";
    const auto whole = run_sod(keys, 20, "dimensions = 3\npoints = 20\nhalf_width = [7.0]\n");
    const auto reduced = run_sod(keys, 20, "dimensions = 1\npoints = 20\nhalf_width = [7.0]\nreduction = \"axial\"\n");
    for (const char* field : {"density", "velocity", "temperature"}) {
      const auto a = field_of(*whole, field), b = field_of(*reduced, field);
      double worst = 0.0;
      for (std::size_t n = 0; n < 20; ++n) worst = std::max(worst, std::abs(a[n] - b[n]));
      CHECK(worst < 1e-6);  // what a grid of 20 velocities across leaves
    }
  }
}

TEST_CASE("all models of one gas go to Euler's, and so does an integral that relaxes", "[boltzmann]") {
  const std::string grid = "dimensions = 3\npoints = 16\nhalf_width = [7.0]\n";
  const double bgk = from_euler("viscosity = 1e-6\n", 50, grid);
  CHECK(bgk < 1.4e-2);
  CHECK_THAT(from_euler("viscosity = 1e-6\nmodel = \"es_bgk\"\n", 50, grid), WithinAbs(bgk, 1e-4));
  CHECK_THAT(from_euler("viscosity = 1e-6\nmodel = \"shakhov\"\n", 50, grid), WithinAbs(bgk, 1e-4));
  const std::string integral = "model = \"boltzmann\"\ncollisions.rate = 1e6\n",
                    with_kernel = grid + "[[stage.species]]\nname = \"gas\"\ndiameter = 1.0\n";
  // In steps of twice the length, between which all is Maxwellian.
  CHECK(from_euler(integral + "integrator = \"exponential\"\n", 50, with_kernel) < 1.6e-2);
  CHECK(from_euler(integral + "integrator = \"penalised\"\n", 50, with_kernel) < 1.4e-2);
}
