// The stage in the loop: its files, its end, and what it says that it takes.
#include <filesystem>
#include <sstream>

#include "base/memory.hpp"
#include "space_samples.hpp"
#include "stage_run.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

std::string heated(const std::string& keys) {
  return "[[stage]]\nname = \"a\"\ntype = \"boltzmann\"\ncells = [12]\nviscosity = 0.3\n" + keys +
         "[stage.velocity]\ndimensions = 1\npoints = 24\nhalf_width = [6.0]\nreduction = \"axial\"\n"
         "[stage.x_low]\nkind = \"diffuse\"\n[stage.x_high]\nkind = \"diffuse\"\ntemperature = 1.2\n"
         "[stage.output]\nseries = 5\nsnapshots = 10\n";
}

std::vector<std::string> lines_of(const std::string& path) {
  std::istringstream text(content_of(path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("a stage leaves series, fields and a profile", "[boltzmann]") {
  const auto folder = run_stages(run::standard_registry(), heated("steps = 20\n"));
  const auto series = lines_of(folder + "/a/series.csv"), profile = lines_of(folder + "/a/profile.csv");
  CHECK(series.size() == 6);
  CHECK_THAT(series[0], Contains("x_low_energy_flux"));
  CHECK(profile.size() == 13);
  CHECK_THAT(profile[0], Contains("x,density,velocity_x"));
  CHECK(std::filesystem::exists(folder + "/a/fields.h5"));
}

TEST_CASE("a stage ends where nothing changes any more", "[boltzmann]") {
  const auto folder = run_stages(run::standard_registry(), heated("steps = 100000\nsteady = 1e-3\n"));
  const double left = result_of(folder, "change a time at the end");
  CHECK(left < 1e-3);
  CHECK(left > 1e-5);
}

TEST_CASE("what a rank holds is known beforehand", "[boltzmann]") {
  const std::string grids[] = {
      "cells = [40]\nsteps = 3\nviscosity = 0.1\n[stage.velocity]\ndimensions = 3\npoints = 16\nhalf_width = [6.0]\n"
      "[stage.x_low]\nkind = \"diffuse\"\n[stage.x_high]\nkind = \"diffuse\"\n",
      "cells = [24, 30]\nsteps = 3\nviscosity = 0.1\nscheme = \"weno\"\nintegrator = \"rk3\"\nmodel = \"es_bgk\"\n"
      "[stage.velocity]\ndimensions = 2\npoints = 20\nhalf_width = [6.0]\n"};
  for (const auto& deck : grids) {
    INFO(deck);
    const auto before = memory_use().views;
    const auto stage = started_stage(comm(), deck);
    advance_stage(*stage, 3);
    const double most =
        static_cast<double>(comm().all_reduce(static_cast<std::int64_t>(memory_use().views - before), Op::max));
    const double predicted = sim::boltzmann::predicted_bytes(boltzmann_params(deck), comm().size());
    CHECK_THAT(predicted, WithinRel(most, 0.1));
  }
}
