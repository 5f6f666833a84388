// Comparisons of Gaussians, whose distances are known, on any number of ranks and after a restart.
#include <cmath>
#include <map>

#include "data/io/checkpoint.hpp"
#include "gaussian_table.hpp"
#include "learn/comparison/compare_stage.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::learn::comparison;

namespace {

struct Case {
  GaussianTable reference{.rows = 1200, .seed = 1};
  std::vector<GaussianTable> data{{.rows = 600, .seed = 2}, {.rows = 600, .speed = 2.0, .seed = 3}};
  CompareParams params;

  /// Collective. Writes the files and names them.
  CompareParams write() {
    const auto folder = scratch_folder();
    params.reference.file = test::write_table(folder + "/reference.h5", reference);
    for (std::size_t n = 0; n < data.size(); ++n)
      params.data.push_back(
          {n == 0 ? "good" : "fast", {"", test::write_table(folder + "/data" + std::to_string(n) + ".h5", data[n])}});
    params.metrics = {"mmd", "energy", "sliced_w2", "w1", "w2", "sinkhorn", "bures"};
    params.transport_rows = 100;
    params.sinkhorn.rows = 64;
    params.sinkhorn.regularisation = 1.0;
    params.directions = 32;
    params.marginals = MarginalParams{.bins = 10, .coordinates = 4};
    return params;
  }
};

sim::StageContext context_of(const Comm& comm) { return {comm, "compare", 5, {}, {}}; }

void advance(CompareStage& stage, int steps) {
  for (int n = 0; n < steps; ++n) {
    sim::Agreement agreement;
    stage.step(agreement);
  }
}

std::map<std::string, double> last_row(CompareStage& stage) {
  std::map<std::string, double> row;
  const auto columns = stage.series_columns();
  const auto values = stage.series_values();
  for (std::size_t n = 0; n < columns.size(); ++n) row[columns[n].name] = values[n];
  return row;
}

using Rows = std::vector<std::vector<double>>;
std::vector<Rows> rows_of(CompareStage& stage) {
  std::vector<Rows> rows;
  for (const auto& report : stage.reports()) rows.push_back(report.rows);
  return rows;
}

std::string complaint_about_case(Case one) {
  const auto params = one.write();
  try {
    CompareStage stage(context_of(comm()), params);
    advance(stage, 1);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("distances of Gaussians are found, and the floor beside them", "[comparison]") {
  CompareStage stage(context_of(comm()), Case().write());
  REQUIRE(stage.num_steps() == 3);
  advance(stage, 1);
  for (const auto& [name, value] : last_row(stage))  // all are samples of one distribution at time 0
    if (name.find("floor") == std::string::npos && last_row(stage).count(name + " floor") > 0 && !says(name, "mmd"))
      REQUIRE(value < 3.0 * last_row(stage)[name + " floor"] + 0.05);
  advance(stage, 2);
  auto row = last_row(stage);
  REQUIRE(row["time"] == 1.0);
  // The fast one is ahead by 1; of as many samples 1/sqrt(600) = 0.04 is a standard error.
  for (const char* metric : {"bures", "w1", "w2"}) {
    REQUIRE(std::abs(row[std::string("fast: ") + metric] - 1.0) < 0.3);
    REQUIRE(row[std::string("good: ") + metric] < 0.5);
    REQUIRE(row[std::string("fast: ") + metric + " floor"] == row[std::string("good: ") + metric + " floor"]);
  }
  REQUIRE(std::abs(row["fast: sliced_w2"] - std::sqrt(0.5)) < 0.15);  // E cos^2 = 1/2
  REQUIRE(std::abs(row["fast: mean error"] - std::sqrt(0.5)) < 0.1);  // in units of sqrt(1 + 1)
  REQUIRE(row["fast: covariance error"] < 0.25);
  REQUIRE(row["fast: mmd"] > 20.0 * std::abs(row["fast: mmd floor"]));
  REQUIRE(row["fast: energy"] > 20.0 * row["fast: energy floor"]);
  REQUIRE(row["good: mmd"] < 0.02);
  REQUIRE((row["good: mass"] == 1.0 && row["reference: mass"] == 1.0));

  const auto results = stage.results();
  REQUIRE(results.size() == 2 * (4 * 9 + 1));
  const auto reports = stage.reports();
  REQUIRE((reports[0].file == "comparison.csv" && reports[0].rows.size() == 3));
  REQUIRE((reports[1].file == "histograms.csv" && reports[1].rows.size() == 3 * 2 * 10));
  REQUIRE(reports[1].rows.front().size() == reports[1].columns.size());
}

TEST_CASE("a comparison is the same to the last bit on any number of ranks, and after a restart", "[comparison]") {
  Case one;
  one.data[1].growth = 0.3;  // with weights, and other numbers
  one.data[1].rows = 333;
  const auto params = one.write();
  CompareStage stage(context_of(comm()), params);
  advance(stage, 1);
  const auto folder = scratch_folder();
  data::write_checkpoint(comm(), folder, {}, {{"stage", [&](data::StateWriter& writer) { stage.save(writer); }}});
  advance(stage, 2);
  const auto expected = rows_of(stage);
  const Comm alone = comm().split(comm().rank());
  {
    CompareStage again(context_of(alone), params);
    advance(again, 3);
    REQUIRE_ALL(rows_of(again) == expected);
  }
  for (const auto& ranks : {comm(), alone}) {
    CompareStage again(context_of(ranks), params);
    const auto checkpoint = data::Checkpoint::open_newest(ranks, folder);
    again.restore(*checkpoint->section("stage"));
    REQUIRE_ALL(again.time() == 0.0);
    advance(again, 2);
    REQUIRE_ALL(rows_of(again) == expected);
  }
}

TEST_CASE("weights count in distances, and their mean is the mass", "[comparison]") {
  Case one;
  one.data = {{.rows = 600, .growth = 0.4, .seed = 2}};
  one.params.kernel.is_unbiased = false;
  CompareStage stage(context_of(comm()), one.write());
  advance(stage, 3);
  auto row = last_row(stage);
  REQUIRE(std::abs(row["good: mass"] - std::exp(0.4)) < 1e-12);
  REQUIRE(row["good: w2"] < 0.6);
  REQUIRE(row["good: bures"] < 0.25);
  REQUIRE(row["good: mmd"] > 0.0);
  for (const auto& result : stage.results())
    if (says(result.label, "mass")) REQUIRE(std::abs(result.value - (std::exp(0.4) - 1.0)) < 1e-12);
}

TEST_CASE("the floor is that of a second reference, where there is one", "[comparison]") {
  Case one;
  auto params = one.write();
  // The second reference is off by as much as the fast data: so is the floor.
  params.reference_again = SourceParams{"", params.data[1].source.file};
  CompareStage stage(context_of(comm()), params);
  advance(stage, 3);
  auto row = last_row(stage);
  REQUIRE(std::abs(row["good: bures floor"] - 1.0) < 0.15);
  REQUIRE(row["good: bures"] < 0.2);
  // All of the reference is compared with all of the data, which are as many as the second reference has.
  REQUIRE(std::abs(row["fast: bures"] - row["fast: bures floor"]) < 1e-12);
}

TEST_CASE("samples that do not go together are refused", "[comparison]") {
  Case one;
  one.data[1].dimension = 3;
  REQUIRE(says(complaint_about_case(one), "samples have 3 coordinates, and those of the reference"));
  Case late;
  late.data[0].times = {0.0, 0.7, 1.0};
  REQUIRE(says(complaint_about_case(late), "no samples at time 0.5, which the reference has; the nearest are at 0.7"));
  late.params.time_tolerance = 0.25;
  REQUIRE(complaint_about_case(late) == "no error");
  Case few;
  few.reference.rows = 3;
  REQUIRE(says(complaint_about_case(few), "3 samples at time 0; expected at least 4"));
  Case single;
  single.data[0].rows = 1;
  REQUIRE(says(complaint_about_case(single), "two samples or more"));
}
