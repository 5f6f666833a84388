// Training as a stage: its series and its model, whatever the ranks and stops.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "action_run.hpp"
#include "data/io/model_file.hpp"
#include "data/io/table_file.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

const std::string density =
    "kind = \"mixture\"\ncomponent = [{mean = [\"-t\", \"0.3*t\"], variance = [\"0.5 + t\", \"1\"]}, "
    "{weight = \"2 - t\", mean = [\"2*t\", \"0\"], variance = [\"0.4\"]}]\n";
const std::string snapshots =
    "[[stage]]\nname = \"data\"\ntype = \"samples\"\ntimes = [0.0, 0.5, 0.75, 2.0]\nsizes = [37, 50, 41, 29]\n"
    "[stage.density]\nend = 2.0\n" +
    density;
const std::string weighted_snapshots = snapshots + "mass = \"exp(0.3*t)\"\n";

const std::string images =
    "[[stage]]\nname = \"data\"\ntype = \"samples\"\ntimes = [1.0]\nsamples = 70\n"
    "[stage.density]\nkind = \"gaussian_field\"\npoints = 4\n";

/// A small training; more keys may follow.
std::string training(const std::string& type, const std::string& keys) {
  return "[[stage]]\nname = \"train\"\ntype = \"" + type +
         "\"\niterations = 7\nbatch = 300\noutput.series = 1\nnetwork.hidden = [6, 5]\n"
         "optimiser.average = 0.9\n" +
         keys;
}

struct TrainingCase {
  std::string name, deck;
};

const std::vector<TrainingCase>& training_cases() {
  const std::string data = "data = \"data\"\n", drawn = "[stage.density]\n" + density;
  static const std::vector<TrainingCase> cases{
      {"nearest snapshots, learned times, noise",
       snapshots + training("action_matching", data + "times = \"learned\"\nsigma = \"0.3 + 0.1*t\"\n")},
      {"masses, growth, a weight of time",
       weighted_snapshots + training("action_matching", data + "growth = 0.5\nweight = \"1 + t\"\n"
                                                               "times = \"uniform\"\n")},
      {"differences of a mixture, another cost",
       snapshots + training("action_matching", data + "path.kind = \"mixture\"\nestimator = \"difference\"\n"
                                                      "cost_exponent = 3.0\nnetwork.form = \"inner\"\n")},
      {"velocities of a path, single precision, momentum",
       snapshots + training("action_matching", data + "path.kind = \"linear\"\nestimator = \"path_velocity\"\n"
                                                      "precision = \"single\"\noptimiser.kind = \"sgd\"\n")},
      {"a density, directions, quad",
       training("action_matching",
                "sigma = \"1\"\nprobes = 2\nnetwork.form = \"quad\"\nprecision = \"double\"\n" + drawn)},
      {"score", snapshots + training("score_matching", data)},
      {"sliced score", snapshots + training("score_matching", data + "divergence = \"sliced\"\nprobes = 3\n")},
      {"flow", snapshots + training("flow_matching", data + "path.kind = \"generation\"\n")},
      {"images from half of them",
       images + training("action_matching", data + "sigma = 0.2\npath.kind = \"inpainting\"\n"
                                                   "path.image = [1, 4, 4]\n")},
      {"noise on a torus",
       snapshots + training("action_matching", data + "path.kind = \"torus\"\nbox.low = [-4.0]\nbox.length = [9.0]\n"
                                                      "estimator = \"path_velocity\"\n")},
      {"flow between snapshots", snapshots + training("flow_matching", data + "path.kind = \"linear\"\n")},
  };
  return cases;
}

/// Few samples for many weights.
const std::string few_samples =
    "[[stage]]\nname = \"data\"\ntype = \"samples\"\ntimes = [0.0, 1.0]\nsamples = 24\nheld_out = 12\n"
    "[stage.density]\nkind = \"mixture\"\ncomponent = [{mean = [\"2*t\", \"0\"], variance = [\"1\"]}]\n";

std::string learned_by_heart(const std::string& keys) {
  return few_samples +
         "[[stage]]\nname = \"train\"\ntype = \"action_matching\"\ndata = \"data\"\niterations = 120\nbatch = 64\n"
         "held_out_every = 10\noutput.series = 10\nnetwork.hidden = [32, 32]\noptimiser.learning_rate = 0.02\n" +
         keys;
}

std::string series_of(const std::string& folder) { return content_of(folder + "/train/series.csv"); }

/// Collective. All numbers of the model.
std::string model_of(const std::string& folder) {
  std::ostringstream text;
  text.precision(17);
  for (const auto& array : data::read_model(comm(), folder + "/train/model.h5", "action").arrays) {
    text << array.name;
    for (const double value : array.values) text << " " << value;
  }
  return text.str();
}

}  // namespace

TEST_CASE("what is learned is the same on any number of ranks, bit for bit", "[action]") {
  for (const auto& [name, deck] : training_cases()) {
    INFO(name);
    const auto together = run_action(deck), alone = run_action_alone(deck);
    REQUIRE_ALL(series_of(together) == series_of(alone));
    REQUIRE_ALL(model_of(together) == model_of(alone));
    const auto text = series_of(together);
    REQUIRE_ALL(std::count(text.begin(), text.end(), '\n') > 7);
    REQUIRE_ALL(text.size() > 400);
  }
}

TEST_CASE("a training from samples that was stopped goes on bit for bit, on any number of ranks", "[action]") {
  for (const std::size_t n : {0U, 3U, 4U}) {
    const auto& [name, deck] = training_cases()[n];
    INFO(name);
    const auto straight = run_action(deck);
    const auto series = series_of(straight), model = model_of(straight);
    for (const bool same_ranks : {true, false}) {
      const auto folder = run_action(deck, comm(), "", 4);
      REQUIRE_ALL(series_of(folder) != series);
      same_ranks ? run_action(deck, comm(), folder) : run_action_alone(deck, folder);
      REQUIRE_ALL(series_of(folder) == series);
      REQUIRE_ALL(model_of(folder) == model);
      REQUIRE_ALL(result_of(folder, "loss (mean of the last tenth)", "train") ==
                  result_of(straight, "loss (mean of the last tenth)", "train"));
    }
  }
}

TEST_CASE("a training from a file is the same as from the stage that wrote it", "[action]") {
  const auto& deck = training_cases().front().deck;
  const auto folder = run_action(deck);
  const std::string keys = "times = \"learned\"\nsigma = \"0.3 + 0.1*t\"\n";
  const auto again = run_action(training("action_matching", "file = \"" + folder + "/data/table.h5\"\n" + keys));
  REQUIRE_ALL(model_of(again) == model_of(folder));
}

TEST_CASE("the model may be the one with the least loss of held-out samples", "[action]") {
  const auto last = run_action(learned_by_heart("")), best = run_action(learned_by_heart("keep = \"best\"\n"));
  REQUIRE_ALL(series_of(last) == series_of(best));
  const double least = result_of(best, "loss of held-out samples, least", "train"),
               end = result_of(best, "loss of held-out samples, last", "train"),
               until = result_of(best, "iterations until it was least", "train");
  REQUIRE_ALL(least < end - 0.1 * std::fabs(least));
  REQUIRE_ALL(until < 120.0);
  REQUIRE_ALL(result_of(best, "loss (mean of the last tenth)", "train") < least);
  // It is that of a training which ends there: the schedule of the learning rate is constant.
  auto shorter = learned_by_heart("");
  shorter.replace(shorter.find("iterations = 120"), 16, fmt::format("iterations = {}", until));
  const auto model = model_of(best);
  REQUIRE_ALL(model == model_of(run_action(shorter)));
  REQUIRE_ALL(model != model_of(last));
  REQUIRE_ALL(model == model_of(run_action_alone(learned_by_heart("keep = \"best\"\n"))));
  // Stopped after the best, and before the end.
  const auto stopped = run_action(learned_by_heart("keep = \"best\"\n"), comm(), "", 1 + 115);
  REQUIRE_ALL(series_of(stopped) != series_of(best));
  run_action(learned_by_heart("keep = \"best\"\n"), comm(), stopped);
  REQUIRE_ALL(model == model_of(stopped));
  REQUIRE_ALL(series_of(stopped) == series_of(best));
  auto none = learned_by_heart("keep = \"best\"\n");
  none.erase(none.find("held_out = 12\n"), 14);
  CHECK_THROWS_WITH(run_action(none), Contains("no samples are held out to tell which weights are best"));
}
