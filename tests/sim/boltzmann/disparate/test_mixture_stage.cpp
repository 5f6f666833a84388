// The stage of light and heavy gases: ranks, restarts, and what it says about decks.
#include "catch.hpp"
#include "data/io/checkpoint.hpp"
#include "sim/boltzmann/disparate/mixture_stage.hpp"
#include "stage_deck.hpp"
#include "stage_run.hpp"

namespace tessera::test {

using namespace sim::boltzmann::disparate;

namespace {

const std::string small_grids =
    "[stage.light]\ntemperature = 1.4\nshape = \"bkw\"\nexcess = 0.3\n"
    "[stage.light.velocities]\npoints = 12\nhalf_width = 7.0\nradial_points = 5\nsphere_points = 6\n"
    "[stage.heavy]\ntemperature = 0.6\n"
    "[stage.heavy.velocities]\npoints = 12\nhalf_width = 5.6\nradial_points = 5\nsphere_points = 6\n";

void advance(MixtureStage& stage) {
  sim::Agreement agreement;
  stage.step(agreement);
}

std::vector<std::vector<double>> rows_after(MixtureStage& stage, int steps) {
  for (int n = 0; n < steps; ++n) advance(stage);
  auto rows = stage.reports()[0].rows;
  rows.push_back(stage.series_values());
  return rows;
}

}  // namespace

TEST_CASE("mixtures do not depend on the number of ranks", "[disparate][ranks]") {
  const auto params = read_stage<MixtureParams>(
      "eps = [0.3, 0.1, 0.01]\ngrowth = 1.08\nlongest = 0.05\nreference = \"exact\"\n" + small_grids);
  MixtureStage together({comm(), "a", 5, {}}, params);
  MixtureStage apart({comm().split(comm().rank()), "a", 5, {}}, params);
  together.start();
  apart.start();
  CHECK(rows_after(together, 2) == rows_after(apart, 2));
}

TEST_CASE("mixtures go on after a restart to the last bit", "[disparate][restart]") {
  const auto params =
      read_stage<MixtureParams>("eps = [0.2, 0.03]\ngrowth = 1.5\nreference = \"exact\"\n" + small_grids);
  const std::string folder = scratch_folder();
  MixtureStage whole({comm(), "a", 5, {}}, params);
  whole.start();
  advance(whole);
  data::write_checkpoint(comm(), folder, {}, {{"stage", [&](data::StateWriter& writer) { whole.save(writer); }}});
  const auto expected = rows_after(whole, 2);
  const auto goes_on = [&](const Comm& group) {
    MixtureStage again({group, "a", 5, {}}, params);
    again.restore(*data::Checkpoint::open_newest(group, folder)->section("stage"));
    CHECK(rows_after(again, 2) == expected);
  };
  goes_on(comm());
  goes_on(comm().split(comm().is_root() ? 0 : 1));
  auto other = params;
  other.eps = {0.2, 0.04};
  MixtureStage stranger({comm(), "a", 5, {}}, other);
  REQUIRE_THROWS_WITH(stranger.restore(*data::Checkpoint::open_newest(comm(), folder)->section("stage")),
                      Contains("other ratios of masses"));
}

TEST_CASE("mixtures end where they are told to", "[disparate]") {
  const auto folder = run_stages(run::standard_registry(),
                                 "[[stage]]\nname = \"a\"\ntype = \"disparate_mixture\"\neps = [0.3, 0.2]\nepoch = 2\n"
                                 "steps = 50\ndt = 0.03\nuntil = 0.1\norder = 1\nreference = \"limit\"\n" +
                                     small_grids + "[stage.output]\nseries = 1\n");
  const auto series = content_of(folder + "/a/series.csv");
  CHECK_THAT(series, Contains("eps 0.3: light_temperature") && Contains("eps 0.2: reference_light_temperature"));
  CHECK(result_of(folder, "energy lost (relative)") < 4e-14);
  CHECK(result_of(folder, "mass lost (relative)") < 1e-14);
  const double light = result_of(folder, "eps 0.3: light temperature"),
               heavy = result_of(folder, "eps 0.3: heavy temperature");
  CHECK_THAT(light + heavy, WithinAbs(2.0, 1e-12));
  CHECK(light < 1.38);
  CHECK(light > 1.0);
}

}  // namespace tessera::test
