// One deck that trains a policy and shows how good it is.
#include "control_run.hpp"
#include "integrator.hpp"

using namespace tessera;
using namespace tessera::test;

TEST_CASE("one deck trains a policy and shows that it is nearly the best one", "[control]") {
  constexpr std::int64_t steps = 20, episodes = 40;
  const std::string deck =
      "[[stage]]\nname = \"train\"\ntype = \"ppo\"\niterations = 40\nepisodes = 32\nepisode_length = 20\n"
      "minibatch = 128\nhidden = 16\nlearning_rate = 1e-2\ndiscount = 0.95\nintegrator.steps = 20\n"
      "refinements.final_learning_rate = 1e-3\n"
      "[[stage]]\nname = \"judge\"\ntype = \"rollout\"\nepisodes = 80\nintegrator.steps = 20\n"
      "controller = [{kind = \"zero\"}, {kind = \"ppo\", data = \"train\"}]\n";
  const auto folder = run_control(deck);
  double best = 0.0;
  Integrator environment(comm(), episodes, steps);
  environment.reset({});
  for (std::int64_t row = 0; row < environment.rows().count; ++row)
    best -= Integrator::best_cost(steps) * environment.state()(row, 0) * environment.state()(row, 0);
  best = comm().all_reduce(best, Op::sum) / static_cast<double>(episodes);
  const double zero = result_of(folder, "zero: mean return"), trained = result_of(folder, "ppo: mean return");
  CHECK(trained <= best);
  CHECK(trained > 1.03 * best);
  CHECK(zero < 5.0 * best);
  CHECK(result_of(folder, "mean reward of an episode, last iteration") >
        0.5 * result_of(folder, "mean reward of an episode, first iteration"));
  // From the file it is the same policy.
  const auto again = run_control(
      "[[stage]]\nname = \"judge\"\ntype = \"rollout\"\nepisodes = 80\nintegrator.steps = 20\n"
      "controller = [{kind = \"zero\"}, {kind = \"ppo\", model = \"" +
      folder + "/train/model.h5\"}]\n");
  CHECK(result_of(again, "ppo: mean return") == trained);
}
