// Training as a stage: its files, whatever the ranks and stops; and decks that it refuses.
#include <sstream>

#include "control_run.hpp"
#include "data/io/model_file.hpp"
#include "data/io/table_file.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

const std::string training =
    "[[stage]]\nname = \"train\"\ntype = \"ppo\"\niterations = 4\nepisodes = 24\nepisode_length = 8\nbatch = 12\n"
    "minibatch = 48\nhidden = 8\nlearning_rate = 1e-2\noutput.series = 1\nintegrator.steps = 10\n";

/// The same, with what else there is to keep.
const std::string keeping =
    training + "keep_best.every = 2\nkeep_best.episodes = 12\nrefinements.critic_sees_state = true\n";

std::string series_of(const std::string& folder) { return content_of(folder + "/train/series.csv"); }
std::string curve_of(const std::string& folder) { return table_text(folder + "/train/table.h5"); }

/// Collective. All numbers of the networks.
std::string model_of(const std::string& folder) {
  std::ostringstream text;
  text.precision(17);
  for (const auto& array : data::read_model(comm(), folder + "/train/model.h5", "ppo").arrays) {
    text << array.name;
    for (const double value : array.values) text << " " << value;
  }
  return text.str();
}

}  // namespace

TEST_CASE("the learning curve and the networks are the same on any number of ranks", "[control]") {
  const auto together = run_control(training), alone = run_control_alone(training);
  REQUIRE_ALL(series_of(together) == series_of(alone));
  REQUIRE_ALL(series_of(together).size() > 500);
  REQUIRE_ALL(curve_of(together) == curve_of(alone));
  REQUIRE_ALL(model_of(together) == model_of(alone));
  const auto curve = data::read_table(comm(), together + "/train/table.h5");
  REQUIRE(whole_column<std::int64_t>(curve, "iteration") == std::vector<std::int64_t>{1, 2, 3, 4});
  const auto reward = whole_column<double>(curve, "reward"), low = whole_column<double>(curve, "lowest reward"),
             high = whole_column<double>(curve, "highest reward"),
             spread = whole_column<double>(curve, "reward deviation");
  for (std::size_t n = 0; n < reward.size(); ++n) {
    REQUIRE((low[n] < reward[n] && reward[n] < high[n] && high[n] < 0.0));
    REQUIRE((spread[n] > 0.0 && spread[n] < high[n] - low[n]));
  }
  REQUIRE(whole_column<double>(curve, "samples") == std::vector<double>(4, 192.0));
  REQUIRE(result_of(together, "mean reward of an episode, first iteration") == reward.front());
  REQUIRE(result_of(together, "mean reward of an episode, last iteration") == reward.back());
}

TEST_CASE("a training that was stopped goes on bit for bit, on any number of ranks", "[control]") {
  const auto straight = run_control(keeping);
  const auto series = series_of(straight), curve = curve_of(straight), model = model_of(straight);
  for (const bool same_ranks : {true, false}) {
    const auto folder = run_control(keeping, comm(), "", 30);  // in the second iteration of two batches of 8 steps
    REQUIRE_ALL(series_of(folder) != series);
    same_ranks ? run_control(keeping, comm(), folder) : run_control_alone(keeping, folder);
    REQUIRE_ALL(series_of(folder) == series);
    REQUIRE_ALL(curve_of(folder) == curve);
    REQUIRE_ALL(model_of(folder) == model);
    REQUIRE_ALL(result_of(folder, "best policy: iteration") == result_of(straight, "best policy: iteration"));
  }
}

TEST_CASE("a training goes on from an earlier one", "[control]") {
  const std::string both =
      training +
      "[[stage]]\nname = \"refine\"\ntype = \"ppo\"\ndata = \"train\"\niterations = 1\nhidden = 8\n"
      "learning_rate = 0.0\nepochs = 1\nintegrator.steps = 10\n";
  const auto folder = run_control(both);
  const auto find = [&](const char* stage, const std::string& name) {
    const auto arrays = data::read_model(comm(), folder + "/" + stage + "/model.h5", "ppo").arrays;
    for (const auto& array : arrays)
      if (array.name == name) return array.values;
    throw Error::internal("no array " + name);
  };
  // Without a learning rate the actor stays (its first layer makes up for the new moments), and what was seen of
  // observations grows.
  for (const char* name : {"actor.1.weight", "actor.1.bias", "actor.2.weight"})
    REQUIRE(find("refine", name) == find("train", name));
  REQUIRE(find("train", "observation.count") == std::vector<double>{4 * 192.0});
  REQUIRE(find("refine", "observation.count") == std::vector<double>{4 * 192.0 + 200.0});
  REQUIRE_THROWS_WITH(run_control(both + "refinements.normalise_returns = false\n"),
                      Contains("train/model.h5: networks of 1 observations") &&
                          Contains("width 8, returns normalised; expected") && Contains("returns as they are"));
  REQUIRE_THROWS_WITH(run_control(both + "refinements.critic_sees_state = true\n"),
                      Contains("0 states for the critic") && Contains("1 states for the critic"));
}

TEST_CASE("decks of trainings that cannot be say so", "[control]") {
  CHECK_THROWS_WITH(run_control("[[stage]]\nname = \"train\"\ntype = \"ppo\"\nbatch = 7\nintegrator.steps = 10\n"),
                    Contains("20 episodes an iteration cannot be had in batches of 7; expected a divisor"));
  CHECK_THROWS_WITH(run_control("[[stage]]\nname = \"train\"\ntype = \"ppo\"\n"),
                    Contains("the deck gives 0; expected one of [stage.integrator], [stage.other]"));
  CHECK_THROWS_WITH(
      run_control("[[stage]]\nname = \"train\"\ntype = \"ppo\"\nintegrator.steps = 10\nother.steps = 10\n"),
      Contains("the deck gives 2; expected one of [stage.integrator], [stage.other]"));
  const std::string judge =
      "[[stage]]\nname = \"judge\"\ntype = \"rollout\"\nintegrator.steps = 5\n[[stage.controller]]\nkind = \"ppo\"\n";
  CHECK_THROWS_WITH(run_control(judge), Contains("expected one of them") && Contains("earlier stage (data)"));
  CHECK_THROWS_WITH(run_control(judge + "data = \"train\"\n"), Contains("there is no stage \"train\" before this one"));
  const auto folder =
      run_control("[[stage]]\nname = \"train\"\ntype = \"ppo\"\niterations = 1\nhidden = 2\nintegrator.steps = 10\n");
  CHECK_THROWS_WITH(run_control(judge + "data = \"train\"\nmodel = \"" + folder + "/train/model.h5\"\n"),
                    Contains("expected one of them"));
  CHECK_THROWS_WITH(
      run_control("[[stage]]\nname = \"train\"\ntype = \"rollout\"\nintegrator.steps = 5\ncontroller = [{}]\n" + judge +
                  "data = \"train\"\n"),
      Contains("train/model.h5"));
}
