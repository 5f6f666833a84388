// The stage of samples in the loop: its table, the same on any number of ranks, and files of a user's.
#include <cmath>

#include "data/io/checkpoint.hpp"
#include "data/io/table_file.hpp"
#include "density_samples.hpp"
#include "run/registry.hpp"
#include "sim/density/samples_stage.hpp"
#include "stage_deck.hpp"
#include "stage_run.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::sim::density;

namespace {

std::string samples_stage(const std::string& keys, const std::string& name = "a") {
  return "[[stage]]\nname = \"" + name + "\"\ntype = \"samples\"\n" + keys;
}

std::string run_samples(const std::string& keys) { return run_stages(run::standard_registry(), samples_stage(keys)); }

}  // namespace

TEST_CASE("samples at some times are in the table", "[density]") {
  const auto folder = run_samples("times = [0, 0.5, 1]\nsizes = [7, 20, 5]\nheld_out = 2\n[stage.density]\n" +
                                  problem("P5") + "[stage.output]\nseries = 1\n");
  const auto table = data::read_table(comm(), folder + "/a/table.h5");
  const auto steps = whole_column<std::int64_t>(table, "step"), ids = whole_column<std::int64_t>(table, "id"),
             held_out = whole_column<std::int64_t>(table, "held_out");
  const auto times = whole_column<double>(table, "time"), log_weights = whole_column<double>(table, "log_weight"),
             positions = whole_column<double>(table, "position");
  REQUIRE(steps.size() == 32);
  REQUIRE(positions.size() == 64);
  std::int64_t chosen[3] = {};
  for (std::size_t n = 0; n < 32; ++n) {
    const std::size_t k = n < 7 ? 0 : n < 27 ? 1 : 2;
    CHECK(steps[n] == static_cast<std::int64_t>(k));
    CHECK(ids[n] == static_cast<std::int64_t>(n) + 1);
    CHECK(times[n] == 0.5 * static_cast<double>(k));
    CHECK_THAT(log_weights[n], WithinAbs(0.4 * times[n], 1e-15));
    chosen[k] += held_out[n];
  }
  for (const auto count : chosen) CHECK(count == 2);
  double sum = 0.0;
  for (std::size_t n = 7; n < 27; ++n) sum += positions[2 * n] / 20.0;
  const auto moments = content_of(folder + "/a/moments.csv");
  CHECK_THAT(moments, Contains("time,samples,mass,mean_x,mean_y,variance_x,variance_y\n0,7,1,"));
  const auto line = moments.find("\n0.5,20,");
  REQUIRE(line != std::string::npos);
  CHECK_THAT(std::stod(moments.substr(moments.find(',', line + 8) + 1)), WithinAbs(sum, 1e-13));
}

TEST_CASE("samples do not depend on the number of ranks", "[density][ranks]") {
  std::string stages;
  for (const auto& [name, keys] : std::vector<std::pair<std::string, std::string>>{{"a", problem("P3a")},
                                                                                   {"b", "kind = 'hydrogen'\n"},
                                                                                   {"c", "kind = 'petals'\n"},
                                                                                   {"d", "kind = 'branching_cells'\n"},
                                                                                   {"e", "kind = 'gaussian_field'\n"},
                                                                                   {"f", problem("P3a")}})
    stages += samples_stage("frames = 3\nsamples = 23\nheld_out = 5\n[stage.density]\n" + keys, name);
  const auto together = run_stages(run::standard_registry(), stages);
  const auto alone = run_stages_alone(run::standard_registry(), stages);
  for (const std::string name : {"a", "b", "c", "d", "e", "f"}) {
    INFO(name);
    CHECK(table_text(together + "/" + name + "/table.h5") == table_text(alone + "/" + name + "/table.h5"));
    CHECK(content_of(together + "/" + name + "/moments.csv") == content_of(alone + "/" + name + "/moments.csv"));
  }
  // Another name, other samples.
  CHECK(content_of(together + "/a/moments.csv") != content_of(together + "/f/moments.csv"));
}

TEST_CASE("samples go on after a restart", "[density][restart]") {
  const auto params =
      read_stage<SamplesParams>("frames = 4\nsamples = 19\nheld_out = 3\n[stage.density]\n" + problem("P5"));
  const std::string folder = scratch_folder();
  const auto advance = [](SamplesStage& stage) {
    sim::Agreement agreement;
    stage.table()->clear();
    stage.step(agreement);
  };
  SamplesStage whole({comm(), "a", 5, {}}, params);
  whole.start();
  advance(whole);
  data::write_checkpoint(comm(), folder, {}, {{"stage", [&](data::StateWriter& writer) { whole.save(writer); }}});
  advance(whole);
  const auto goes_on = [&](const Comm& group) {
    SamplesStage again({group, "a", 5, {}}, params);
    again.restore(*data::Checkpoint::open_newest(group, folder)->section("stage"));
    CHECK(again.time() == 1.0 / 3.0);
    advance(again);
    CHECK(again.reports()[0].rows == whole.reports()[0].rows);
    return whole_column<double>(*again.table(), "position");
  };
  const auto expected = whole_column<double>(*whole.table(), "position");
  CHECK(expected.size() == 2 * 19);
  CHECK(goes_on(comm()) == expected);
  CHECK(goes_on(comm().split(comm().is_root() ? 0 : 1)) == expected);
  auto other = params;
  other.frames = 2;
  SamplesStage shorter({comm(), "a", 5, {}}, other);
  advance(whole);
  data::write_checkpoint(comm(), folder, {}, {{"stage", [&](data::StateWriter& writer) { whole.save(writer); }}});
  REQUIRE_THROWS_WITH(shorter.restore(*data::Checkpoint::open_newest(comm(), folder)->section("stage")),
                      Contains("other times than the deck's"));
}

TEST_CASE("a file of samples is read by all ranks together", "[density][ranks]") {
  std::string text = "pc1, \"time\", other, pc2\n# a remark\n";
  for (int n = 0; n < 60; ++n)
    text += std::to_string(n) + ", " + std::to_string((7 * n) % 3) + ", 9, " + std::to_string(n * n) + "\n\n";
  const auto path = write_cells(text);
  const std::string keys = "file = \"" + path + "\"\nheld_out = 3\ncoordinates = [\"pc2\", \"pc1\"]\n";
  const auto folder = run_samples(keys);
  const auto table = data::read_table(comm(), folder + "/a/table.h5");
  const auto ids = whole_column<std::int64_t>(table, "id");
  const auto times = whole_column<double>(table, "time"), positions = whole_column<double>(table, "position");
  REQUIRE(ids.size() == 60);
  CHECK_FALSE(table.has_column("log_weight"));
  for (std::size_t n = 0; n < 60; ++n) {
    const auto row = ids[n] - 1;
    CHECK(times[n] == static_cast<double>((7 * row) % 3));
    CHECK(positions[2 * n] == static_cast<double>(row * row));
    CHECK(positions[2 * n + 1] == static_cast<double>(row));
    if (n > 0) CHECK((times[n] > times[n - 1] || (times[n] == times[n - 1] && ids[n] > ids[n - 1])));
  }
  CHECK_THAT(content_of(folder + "/a/moments.csv"), Contains("mean_pc2,mean_pc1"));
  const std::string all = samples_stage(keys + "standardise = true\n");
  const auto together = run_stages(run::standard_registry(), all),
             alone = run_stages_alone(run::standard_registry(), all);
  CHECK(table_text(together + "/a/table.h5") == table_text(alone + "/a/table.h5"));
  const auto standard = data::read_table(comm(), together + "/a/table.h5");
  double sum = 0.0, squares = 0.0;
  for (const double x : whole_column<double>(standard, "position")) {
    sum += x;
    squares += x * x;
  }
  CHECK_THAT(sum, WithinAbs(0.0, 1e-12));
  CHECK_THAT(squares, WithinAbs(120.0, 1e-11));
  CHECK_THAT(content_of(together + "/a/standardised.csv"), Contains("\n2,29.5,"));
}

TEST_CASE("blanks separate numbers as well", "[density]") {
  const auto path = write_cells("# time x1 x2\n0 1.5 2\n0 2.5 3\n1  7\t8\n");
  const auto folder = run_samples("file = \"" + path + "\"\n");
  CHECK(content_of(folder + "/a/moments.csv") ==
        "time,samples,mass,mean_x1,mean_x2,variance_x1,variance_x2\n0,2,1,2,2.5,0.25,0.25\n1,1,1,7,8,0,0\n");
}
