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

std::string run_samples(const std::string& keys) {
  return run_stages(run::standard_registry(), "[[stage]]\nname = \"a\"\ntype = \"samples\"\n" + keys);
}

void advance(SamplesStage& stage) {
  sim::Agreement agreement;
  stage.table()->clear();
  stage.step(agreement);
}

/// All that a stage writes, time by time, and in a last row its reports.
std::vector<std::vector<double>> written(const Comm& group, const std::string& keys, const std::string& name = "a") {
  SamplesStage stage({group, name, 5, {}}, read_stage<SamplesParams>(keys));
  std::vector<std::vector<double>> all;
  stage.start();
  for (std::int64_t step = 0;; ++step) {
    all.push_back(whole_column<double>(*stage.table(), "position"));
    for (const char* column : {"id", "held_out"}) {
      const auto values = whole_column<std::int64_t>(*stage.table(), column);
      all.emplace_back(values.begin(), values.end());
    }
    if (step == stage.num_steps()) break;
    advance(stage);
  }
  for (const auto& report : stage.reports()) all.insert(all.end(), report.rows.begin(), report.rows.end());
  return all;
}

/// By all ranks together, and by one and the others apart.
void check_ranks(const std::string& keys) {
  CHECK(written(comm(), keys) == written(comm().split(comm().is_root() ? 0 : 1), keys));
}

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
  const std::string head = "frames = 3\nsamples = 23\nheld_out = 5\n[stage.density]\n";
  for (const auto& density :
       {problem("P3a"), problem("P5"), std::string("kind = 'hydrogen'\n"), std::string("kind = 'petals'\n"),
        std::string("kind = 'branching_cells'\n"), std::string("kind = 'gaussian_field'\n")}) {
    INFO(density);
    check_ranks(head + density);
  }
  const std::string keys = head + problem("P3a");
  CHECK(written(comm(), keys, "a1")[0] != written(comm(), keys, "a2")[0]);  // another name, other samples
}

TEST_CASE("samples go on after a restart", "[density][restart]") {
  const auto params =
      read_stage<SamplesParams>("frames = 4\nsamples = 19\nheld_out = 3\n[stage.density]\n" + problem("P5"));
  const std::string folder = scratch_folder();
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
  check_ranks(keys);
  check_ranks(keys + "standardise = true\n");
  const auto standard = written(comm(), keys + "standardise = true\n");
  double sum = 0.0, squares = 0.0;
  for (const std::size_t time : {0, 3, 6})
    for (const double x : standard[time]) {
      sum += x;
      squares += x * x;
    }
  CHECK_THAT(sum, WithinAbs(0.0, 1e-12));
  CHECK_THAT(squares, WithinAbs(120.0, 1e-11));
  CHECK(standard.back()[1] == 29.5);  // the mean of 0 to 59
}

TEST_CASE("blanks separate numbers as well", "[density]") {
  const auto path = write_cells("# time x1 x2\n0 1.5 2\n0 2.5 3\n1  7\t8\n");
  const auto folder = run_samples("file = \"" + path + "\"\n");
  CHECK(content_of(folder + "/a/moments.csv") ==
        "time,samples,mass,mean_x1,mean_x2,variance_x1,variance_x2\n0,2,1,2,2.5,0.25,0.25\n1,1,1,7,8,0,0\n");
}
