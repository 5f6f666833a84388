// PPO as a whole on a problem whose best solution is known: it gets there, the same way on any number of ranks, and
// from a checkpoint.
#include <algorithm>
#include <cmath>
#include <vector>

#include "catch.hpp"
#include "data/io/checkpoint.hpp"
#include "data/io/hash.hpp"
#include "integrator.hpp"
#include "learn/control/ppo.hpp"
#include "systems.hpp"

using namespace tessera;
using namespace tessera::learn::control;
using namespace tessera::test;

namespace {

constexpr std::int64_t num_steps = 20;

PpoParams small_params() {
  PpoParams params;
  params.iterations = 40;
  params.episodes = 32;
  params.episode_length = num_steps;
  params.minibatch = 128;
  params.hidden = 16;
  params.learning_rate = 1e-2;
  params.discount = 0.95;
  params.refinements.emplace();
  params.refinements->final_learning_rate = 1e-3;
  return params;
}

std::uint64_t hash(const Ppo& ppo) {
  const auto& values = ppo.networks()->parameters().values();
  return data::hash_values(values.data(), values.extent(0), 0);
}

/// Collective. Cost of a controller's episodes over that of the best control.
double cost_ratio(sim::Controller& controller) {
  Integrator environment(comm(), 64, num_steps);
  environment.reset({.first = 1 << 20});
  const sim::Environment::Rows actions("actions", static_cast<std::size_t>(environment.rows().count), 1);
  double sums[2] = {};  // cost, best cost
  for (std::int64_t row = 0; row < environment.rows().count; ++row)
    sums[1] += Integrator::best_cost(num_steps) * std::pow(environment.state()(row, 0), 2);
  controller.start(environment);
  while (environment.num_running() > 0) {
    controller.decide(environment, actions, {});
    environment.step(actions);
    for (std::int64_t row = 0; row < environment.rows().count; ++row) sums[0] -= environment.reward()(row);
  }
  comm().all_reduce(sums, 2, Op::sum);
  return sums[0] / sums[1];
}

}  // namespace

TEST_CASE("PPO finds the best control of an integrator", "[control]") {
  Integrator environment(comm(), 32, num_steps);
  Ppo ppo(environment, small_params(), 7);
  PpoController controller(environment, ppo.networks());
  const double before = cost_ratio(controller);
  PpoProgress progress;
  double first = 0.0;
  for (std::int64_t n = 0; n < ppo.params().iterations; ++n) {
    progress = ppo.iterate();
    if (n == 0) first = progress.rewards.mean;
  }
  CHECK(before > 3.0);
  CHECK(cost_ratio(controller) < 1.02);
  CHECK(cost_ratio(controller) >= 1.0);
  CHECK(progress.rewards.mean > first);
  CHECK(progress.steps == 32 * num_steps);
  CHECK(progress.losses.updates == 4 * 5);
  CHECK(progress.learning_rate == Approx(1e-3));
  const std::string path = scratch_folder() + "/model.h5";
  ppo.write_model(path, "title = \"a\"\n");
  const auto read = PpoController::from_file(environment, path);
  CHECK(cost_ratio(*read) == cost_ratio(controller));
}

TEST_CASE("the reference form learns too", "[control]") {
  auto params = small_params();
  params.fidelity = sim::Fidelity::reference;
  params.refinements.reset();
  params.minibatch = 16;
  params.learning_rate = 3e-3;
  Integrator environment(comm(), 32, 100);
  Ppo ppo(environment, params, 7);
  PpoController controller(environment, ppo.networks());
  const double before = cost_ratio(controller);
  for (int n = 0; n < 15; ++n) ppo.iterate();
  CHECK(cost_ratio(controller) < 0.5 * before);
}

TEST_CASE("PPO goes on from a checkpoint as if nothing had happened", "[control]") {
  const std::string folder = scratch_folder();
  auto params = small_params();
  params.keep_best = BestPolicyParams{.every = 2, .episodes = 32};
  params.refinements->critic_sees_state = true;
  Integrator environment(comm(), 32, num_steps);
  Ppo ppo(environment, params, 7);
  for (int n = 0; n < 3; ++n) ppo.iterate();
  data::write_checkpoint(comm(), folder, {}, {{"ppo", [&](data::StateWriter& writer) { ppo.save(writer); }}});
  const auto checkpoint = data::Checkpoint::open_newest(comm(), folder);
  REQUIRE(checkpoint != nullptr);
  Integrator fresh(comm(), 32, num_steps);
  Ppo again(fresh, params, 7);
  again.restore(*checkpoint->section("ppo"));
  CHECK(again.num_iterations_done() == 3);
  const auto same_models = [&] {
    const auto arrays = ppo.model().arrays, arrays_again = again.model().arrays;
    REQUIRE(arrays.size() == arrays_again.size());
    for (std::size_t n = 0; n < arrays.size(); ++n) CHECK(arrays[n].values == arrays_again[n].values);
  };
  same_models();
  CHECK(again.best()->best().iteration == 2);
  const auto progress = ppo.iterate(), progress_again = again.iterate();
  CHECK(progress.rewards.mean == progress_again.rewards.mean);
  REQUIRE((progress.judgement && progress_again.judgement));
  CHECK(progress.judgement->mean_return == progress_again.judgement->mean_return);
  CHECK(hash(ppo) == hash(again));
  same_models();
  params.hidden = 17;
  Ppo wider(fresh, params, 7);
  CHECK_THROWS_WITH(wider.restore(*checkpoint->section("ppo")), Contains("'actor.0.weight'") && Contains("17 x 1"));
}

TEST_CASE("the best policy is the result where it is kept", "[control]") {
  auto params = small_params();
  params.iterations = 12;
  params.keep_best = BestPolicyParams{.every = 5, .episodes = 32};
  params.learning_rate = 0.3;  // too much: policies come and go
  params.refinements->final_learning_rate.reset();
  Integrator environment(comm(), 32, num_steps);
  Ppo ppo(environment, params, 7);
  double best = -1e300;
  std::vector<std::int64_t> judged;
  for (std::int64_t n = 1; n <= params.iterations; ++n) {
    const auto progress = ppo.iterate();
    if (!progress.judgement) continue;
    judged.push_back(n);
    best = std::max(best, progress.judgement->mean_return);
  }
  CHECK(judged == std::vector<std::int64_t>{5, 10, 12});
  CHECK(ppo.best()->best().mean_return == best);
  const std::string path = scratch_folder() + "/model.h5";
  ppo.write_model(path, "title = \"a\"\n");
  const auto kept = ActorCritic::from_arrays(data::read_model(comm(), path, "ppo").arrays, path);
  Integrator judge(comm(), 32, num_steps);
  CHECK(BestPolicy(judge, {.episodes = 32}).judge(*kept, 1).mean_return == best);
}

TEST_CASE("what PPO refuses", "[control]") {
  Integrator environment(comm(), 6, num_steps);
  CHECK_THROWS_WITH(Ppo(environment, small_params(), 1), Contains("32 episodes") && Contains("6 at a time"));
  auto params = small_params();
  params.refinements->critic_sees_state = true;
  params.episodes = 1;
  const auto split = DenseEnvironment::split(comm(), linear_system("he1"));
  CHECK_THROWS_WITH(Ppo(*split, params, 1), Contains("spread over the ranks"));
  params.keep_best = BestPolicyParams{.episodes = 10};
  params.refinements->critic_sees_state = false;
  params.episodes = 6;
  CHECK_THROWS_WITH(Ppo(environment, params, 1), Contains("10 episodes") && Contains("6 at a time"));
  params.fidelity = sim::Fidelity::reference;
  CHECK_THROWS_WITH(Ppo(environment, params, 1), Contains("no refinements"));
  CHECK_THROWS_WITH(PpoController(environment, std::make_shared<ActorCritic>(ActorCriticShape{.observations = 2})),
                    Contains("2 observations and 1 actions for 'integrator', which has 1 and 1"));
  CHECK_THROWS_WITH(ActorCritic::from_arrays({}, "model.h5"), Contains("model.h5") && Contains("no networks 'actor'"));
}
