// The stage in the loop: its series, its table, what it says when particles are lost.
#include <cmath>

#include "data/io/table_file.hpp"
#include "run/registry.hpp"
#include "samples.hpp"
#include "stage_run.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

const std::string ornstein_uhlenbeck =
    "[[stage]]\nname = \"ou\"\ntype = \"langevin\"\nparticles = 37\ndimensions = 2\nsteps = 25\ndt = 0.02\n"
    "temperature = 0.5\n";

}  // namespace

TEST_CASE("all particles at some of the times are in the table", "[particles]") {
  const auto folder =
      run_stages(run::standard_registry(), ornstein_uhlenbeck +
                                               "[stage.potential]\nkind = \"harmonic\"\nstiffness = [1.2]\n"
                                               "[stage.record]\nevery = 10\n[stage.output]\nseries = 5\n");
  const auto table = data::read_table(comm(), folder + "/ou/table.h5");
  const auto steps = whole_column<std::int64_t>(table, "step"), ids = whole_column<std::int64_t>(table, "id");
  const auto times = whole_column<double>(table, "time"), positions = whole_column<double>(table, "position");
  CHECK(whole_column<double>(table, "velocity").size() == 4 * 37 * 2);
  REQUIRE(steps.size() == 4 * 37);
  const std::int64_t expected[] = {0, 10, 20, 25};
  for (std::size_t n = 0; n < steps.size(); ++n) {
    REQUIRE(steps[n] == expected[n / 37]);
    REQUIRE(ids[n] == static_cast<std::int64_t>(n % 37) + 1);
    REQUIRE(times[n] == static_cast<double>(steps[n]) * 0.02);
  }
  double sum = 0.0;
  for (std::size_t n = 3 * 37; n < 4 * 37; ++n) sum += positions[2 * n] / 37.0;
  CHECK_THAT(result_of(folder, "mean of x at the end"), WithinAbs(sum, 1e-14));
  CHECK(content_of(folder + "/ou/series.csv").find("potential_energy") != std::string::npos);
  CHECK(content_of(folder + "/ou/moments.csv").find("covariance_with_y") != std::string::npos);
}

TEST_CASE("a run says which particle is lost", "[particles][bad]") {
  REQUIRE_THROWS_WITH(run_stages(run::standard_registry(),
                                 ornstein_uhlenbeck + "[stage.potential]\nkind = \"formula\"\nformula = \"-exp(x^2)\"\n"
                                                      "[stage.start]\nmean = [3.0]\n"),
                      Contains("stage \"ou\", step") && Contains("is not finite, or too far away"));
}
