// The stage in the loop: its series, fields, profile and results.
#include <sstream>

#include "data/io/snapshot.hpp"
#include "gas_samples.hpp"
#include "run/registry.hpp"
#include "stage_run.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

const std::string couette =
    "[[stage]]\nname = \"slab\"\ntype = \"dsmc\"\nparticles = 600\ncells = [12]\nsteps = 40\ndt = 0.02\n"
    "sampling.start = 8\nsampling.blocks = 4\noutput.series = 10\noutput.snapshots = 20\n" +
    hard_spheres(1.0) +
    "[stage.x_low]\nvelocity = [0.0, -0.5, 0.0]\n[stage.x_high]\n"
    "velocity = [0.0, 0.5, 0.0]\n";

int lines_of(const std::string& path) {
  std::istringstream text(content_of(path));
  int lines = 0;
  for (std::string line; std::getline(text, line);) ++lines;
  return lines;
}

}  // namespace

TEST_CASE("a run leaves series, profile, fields and particles", "[dsmc]") {
  const auto folder = run_stages(run::standard_registry(), couette);
  const std::string series = content_of(folder + "/slab/series.csv"),
                    profile = content_of(folder + "/slab/profile.csv");
  for (const char* head : {"collisions", "energy", "temperature_gas", "force_y_on_x_high", "heat_into_x_low"})
    CHECK(series.find(head) != std::string::npos);
  CHECK(lines_of(folder + "/slab/series.csv") == 6);
  CHECK(lines_of(folder + "/slab/profile.csv") == 13);
  CHECK(profile.find("stress_xy_gas,stress_xy_gas error") != std::string::npos);
  CHECK(profile.find("nan") == std::string::npos);
  CHECK(result_of(folder, "mean of density_gas") == Approx(1.0).epsilon(0.02));
  CHECK(result_of(folder, "force along y on x_high, an area") < -0.1);
  CHECK(result_of(folder, "collisions a step (mean)") > 1.0);
  const auto system = data::read_snapshot(comm(), folder + "/slab/particles.h5");
  const auto count = system.particles.num_global();
  CHECK((count > 590 && count < 610));
  CHECK(system.species.front().name == "gas");
}

TEST_CASE("a run is the same in the files of any number of ranks", "[dsmc]") {
  const auto registry = run::standard_registry();
  const std::string shared = run_stages(registry, couette), alone = run_stages_alone(registry, couette);
  CHECK(content_of(shared + "/slab/series.csv") == content_of(alone + "/slab/series.csv"));
  CHECK(content_of(shared + "/slab/profile.csv") == content_of(alone + "/slab/profile.csv"));
}
