// Runs of molecular dynamics put side by side by a deck, on any number of ranks.
#include <filesystem>
#include <fstream>

#include "data/io/checkpoint.hpp"
#include "learn/comparison/compare_type.hpp"
#include "learn/comparison/trajectory_stage.hpp"
#include "sim/md/md.hpp"
#include "stage_deck.hpp"
#include "stage_run.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::learn::comparison;

namespace {

std::string liquid(const std::string& name, int stream, double temperature) {
  return "[[stage]]\nname = \"" + name + "\"\ntype = \"md\"\nsteps = 60\nstream = " + std::to_string(stream) +
         "\ntemperature_by_type = true\noutput.series = 1\n[stage.lattice]\ncells = [3, 3, 3]\ndensity = 0.8\n"
         "types = [\"A\", \"B\"]\ncomposition = [1, 1]\nmasses = [1.0, 2.0]\n[stage.velocity]\ntemperature = " +
         std::to_string(temperature) +
         "\n[stage.rdf]\nevery = 10\nrange = 2.5\nbins = 50\n[stage.vdos]\nlags = 20\n[stage.msd]\nlags = 20\nevery = "
         "2\n";
}

std::string comparison(const std::string& keys = "") {
  return "[[stage]]\nname = \"judge\"\ntype = \"compare\"\nof = \"trajectories\"\n" + keys +
         "[[stage.data]]\nname = \"hot\"\nstage = \"hot\"\n[stage.reference]\nstage = \"cold\"\n"
         "[stage.reference_again]\nstage = \"again\"\n";
}

run::Registry registry() {
  run::Registry registry;
  registry.add(sim::md::make_md_type());
  registry.add(make_compare_type());
  return registry;
}

const std::string runs = liquid("cold", 0, 1.0) + liquid("again", 1, 1.0) + liquid("hot", 2, 1.5);

/// Puts a text into a file of a run.
void write(const std::string& path, const std::string& text) {
  comm().barrier();
  if (comm().is_root()) std::ofstream(path) << text;
  comm().barrier();
}

std::string complaint_about_run(const std::string& folder) {
  const sim::StageContext context{comm(), "judge", 5, {}, [&](const std::string& name) { return folder + "/" + name; }};
  TrajectoriesParams params;
  params.data = {{"hot", {"hot", ""}}};
  params.reference.stage = "cold";
  try {
    TrajectoryStage stage(context, params);
    sim::Agreement agreement;
    stage.step(agreement);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

bool is_said(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("a deck puts runs of molecular dynamics side by side", "[comparison]") {
  const auto folder = run_stages(registry(), runs + comparison());
  // 108 particles at half the temperature that they begin with, at first.
  REQUIRE_ALL(result_of(folder, "hot: temperature, difference", "judge") > 0.1);
  REQUIRE_ALL(result_of(folder, "hot: temperature, floor", "judge") < 0.1);
  REQUIRE_ALL(std::abs(result_of(folder, "hot: total energy/N drift, difference", "judge")) < 0.05);
  const double overlap = result_of(folder, "hot: vdos_A: overlap", "judge");
  REQUIRE_ALL((overlap > 0.5 && overlap <= 1.0));
  for (const char* file :
       {"comparison.csv", "temperature.csv", "potential_energy.csv", "rdf.csv", "vdos.csv", "msd.csv"})
    REQUIRE_ALL(content_of(folder + "/judge/" + file).size() > 400);
  const auto text = content_of(folder + "/judge/comparison.csv");
  REQUIRE_ALL(text.find("data,quantity,unit,reference,reference_error,reference_again,") == 0);
  REQUIRE_ALL(is_said(text, "\nhot,temperature_A,epsilon/k_B,"));
  REQUIRE_ALL(is_said(text, "\nhot,g_A_B: largest difference,,nan,nan,"));

  // Of files of that run, by the root alone: the same.
  const auto in_files = [&](const std::string& name) { return "file = \"" + folder + "/" + name + "/series.csv\"\n"; };
  const auto alone = run_stages_alone(
      registry(),
      "[[stage]]\nname = \"judge\"\ntype = \"compare\"\nof = \"trajectories\"\n[[stage.data]]\nname = "
      "\"hot\"\n" +
          in_files("hot") + "[stage.reference]\n" + in_files("cold") + "[stage.reference_again]\n" + in_files("again"));
  REQUIRE_ALL(content_of(alone + "/judge/comparison.csv") == text);
}

TEST_CASE("files of runs that are missing or do not fit are named", "[comparison]") {
  const auto folder = run_stages(registry(), runs);
  REQUIRE_ALL(complaint_about_run(folder) == "no error");
  const auto rdf = content_of(folder + "/hot/rdf.csv"), series = content_of(folder + "/hot/series.csv");
  write(folder + "/hot/rdf.csv", "r [nm]" + rdf.substr(rdf.find(',')));
  REQUIRE_ALL(is_said(complaint_about_run(folder), "hot/rdf.csv over r [nm]"));
  write(folder + "/hot/rdf.csv", rdf.substr(0, rdf.rfind(',')) + ",oops\n");
  REQUIRE_ALL(is_said(complaint_about_run(folder), "'oops' is no number of column \"g_B_B\""));
  write(folder + "/hot/rdf.csv", rdf);
  write(folder + "/hot/series.csv", "step,time [tau],temperature [epsilon/k_B]\n0,0,1\n");
  REQUIRE_ALL(is_said(complaint_about_run(folder), "has no column \"potential_energy\""));
  write(folder + "/hot/series.csv", series.substr(0, series.find('\n') + 1));
  REQUIRE_ALL(is_said(complaint_about_run(folder), "has no temperature above zero"));
  comm().barrier();
  if (comm().is_root()) std::filesystem::remove(folder + "/hot/series.csv");
  comm().barrier();
  REQUIRE_ALL(is_said(complaint_about_run(folder), "data \"hot\" (stage \"hot\"): there is no"));
  comm().barrier();
  if (comm().is_root()) std::filesystem::remove(folder + "/cold/particles.h5");
  comm().barrier();
  REQUIRE_ALL(is_said(complaint_about_run(folder), "cold/particles.h5, which holds the particles"));
}

TEST_CASE("a comparison of trajectories that was stopped goes on", "[comparison]") {
  const auto folder = run_stages(registry(), runs);
  const sim::StageContext context{comm(), "judge", 5, {}, [&](const std::string& name) { return folder + "/" + name; }};
  TrajectoriesParams params;
  params.data = {{"hot", {"hot", ""}}, {"other", {"again", ""}}};
  params.reference.stage = "cold";
  TrajectoryStage stage(context, params);
  REQUIRE(stage.num_steps() == 2);
  sim::Agreement agreement;
  stage.step(agreement);
  const auto place = scratch_folder();
  data::write_checkpoint(comm(), place, {}, {{"stage", [&](data::StateWriter& writer) { stage.save(writer); }}});
  stage.step(agreement);
  TrajectoryStage again(context, params);
  again.restore(*data::Checkpoint::open_newest(comm(), place)->section("stage"));
  REQUIRE(again.time() == 1.0);
  again.step(agreement);
  const auto reports = stage.reports(), others = again.reports();
  REQUIRE(reports.size() == 6);
  for (std::size_t n = 1; n < reports.size(); ++n) REQUIRE_ALL(reports[n].rows == others[n].rows);
  REQUIRE(reports[0].words == others[0].words);
  REQUIRE(stage.results().size() == again.results().size());
}

TEST_CASE("decks of comparisons of trajectories that make no sense are refused", "[comparison]") {
  const auto refused = [](const std::string& keys, const std::string& words) {
    return is_said(complaint_about<TrajectoriesParams>(keys), words);
  };
  const std::string data = "[[stage.data]]\nname = \"a\"\nstage = \"m\"\n",
                    reference = "[stage.reference]\nstage = \"r\"\n";
  REQUIRE(complaint_about<TrajectoriesParams>(data + reference) == "no error");
  REQUIRE(refused(reference, "expected at least one [[stage.data]]"));
  REQUIRE(refused(data, "expected one of them"));
  REQUIRE(refused(data + data + reference, "two of them are named 'a'"));
  REQUIRE(refused("[[stage.data]]\nname = \"reference\"\nstage = \"m\"\n" + reference, "tables have columns"));
  REQUIRE(refused("discard = 0.95\n" + data + reference, "discard"));
  REQUIRE(refused("metrics = [\"w2\"]\n" + data + reference, "metrics"));
}
