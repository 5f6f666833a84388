// The best of the policies that a training comes by, and how it is told.
#include <cmath>

#include "catch.hpp"
#include "data/io/checkpoint.hpp"
#include "integrator.hpp"
#include "learn/control/best_policy.hpp"

using namespace tessera;
using namespace tessera::learn::control;
using namespace tessera::test;

namespace {

constexpr std::int64_t num_steps = 5, num_rows = 6;

/// An actor that answers x with -gain x, to any x within +- 100.
void set_gain(const ActorCritic& networks, double gain) {
  const auto& parameters = networks.parameters();
  for (const auto& slice : parameters.slices()) {
    std::vector<double> values(static_cast<std::size_t>(slice.size()));
    if (slice.name == "actor.0.bias") values[0] = 100.0;
    if (slice.name == "actor.0.weight" || slice.name == "actor.1.weight") values[0] = 1.0;
    if (slice.name == "actor.2.weight") values[0] = -gain;
    if (slice.name == "actor.2.bias") values[0] = 100.0 * gain;
    parameters.set(slice, values);
  }
}

/// x+ = (1 - gain/2) x, reward -(1 + gain^2/10) x^2: return of an episode over x^2 of its start.
double factor(double gain) {
  double x = 1.0, sum = 0.0;
  for (std::int64_t n = 0; n < num_steps; ++n) {
    sum -= (1.0 + 0.1 * gain * gain) * x * x;
    x *= 1.0 - 0.5 * gain;
  }
  return sum;
}

ActorCriticShape small_shape() { return {.observations = 1, .actions = 1, .hidden = 2}; }

/// Collective. A gain that was kept.
double kept_gain(const BestPolicy& best) {
  return -data::find_array(best.networks(), "actor.2.weight", 1, 2, "kept").values[0];
}

}  // namespace

TEST_CASE("policies are judged by whole episodes, and the best one is kept", "[control]") {
  Integrator environment(comm(), num_rows, num_steps);
  BestPolicy best(environment, {.episodes = 2 * num_rows});
  CHECK(best.networks().empty());
  ActorCritic networks(small_shape());
  double start = 0.0;  // mean square, in units of which returns are known
  for (const double gain : {0.0, 1.5, 0.5}) {
    set_gain(networks, gain);
    const auto judgement = best.judge(networks, gain == 0.0 ? 1 : gain == 1.5 ? 2 : 3);
    if (gain == 0.0) start = judgement.mean_return / factor(0.0);
    CHECK_THAT(judgement.mean_return, WithinRel(start * factor(gain), 1e-10));
    CHECK(judgement.failures == 0);
  }
  CHECK_THAT(start, WithinAbs(1.0 / 3.0, 0.25));  // x is uniform on (-1, 1)
  CHECK(best.best().iteration == 2);
  CHECK(kept_gain(best) == 1.5);
  // They are not the episodes that training begins with.
  environment.reset({});
  double squares = 0.0;
  for (std::int64_t row = 0; row < environment.rows().count; ++row)
    squares += environment.state()(row, 0) * environment.state()(row, 0) / static_cast<double>(num_rows);
  CHECK(std::fabs(comm().all_reduce(squares, Op::sum) - start) > 1e-3);
}

TEST_CASE("a policy that leaves the bounds is worse than one that does not", "[control]") {
  Integrator environment(comm(), num_rows, num_steps, 20.0);
  BestPolicy best(environment, {.episodes = num_rows});
  ActorCritic networks(small_shape());
  set_gain(networks, -3.0);  // x grows 2.5 times a step
  const auto wild = best.judge(networks, 1);
  CHECK(wild.failures > 0);
  set_gain(networks, 0.0);
  CHECK(best.judge(networks, 2).failures == 0);
  CHECK(best.best().iteration == 2);
  const Judgement none, few{.iteration = 1, .failures = 1, .mean_return = -1.0},
      poor{.iteration = 2, .failures = 0, .mean_return = -9.0},
      good{.iteration = 3, .failures = 0, .mean_return = -8.0};
  CHECK((few.is_better_than(none) && poor.is_better_than(few) && good.is_better_than(poor)));
  CHECK_FALSE((few.is_better_than(poor) || poor.is_better_than(good) || good.is_better_than(good)));
}

TEST_CASE("judgements are the same to the last bit on any number of ranks", "[control]") {
  const Comm alone = comm().split(comm().rank());
  ActorCritic networks(small_shape());
  networks.draw(3);
  Integrator environment(comm(), num_rows, num_steps), own(alone, num_rows, num_steps);
  const auto together = BestPolicy(environment, {.episodes = 2 * num_rows}).judge(networks, 1);
  CHECK(together.mean_return == BestPolicy(own, {.episodes = 2 * num_rows}).judge(networks, 1).mean_return);
}

TEST_CASE("what was kept comes back from a checkpoint", "[control]") {
  const std::string folder = scratch_folder();
  Integrator environment(comm(), num_rows, num_steps);
  ActorCritic networks(small_shape());
  set_gain(networks, 1.25);
  BestPolicy best(environment, {.episodes = num_rows}), again = best, never = best, fresh = best;
  best.judge(networks, 7);
  set_gain(networks, 0.0);
  data::write_checkpoint(comm(), folder, {},
                         {{"best", [&](data::StateWriter& writer) { best.save(writer); }},
                          {"never", [&](data::StateWriter& writer) { never.save(writer); }}});
  const auto checkpoint = data::Checkpoint::open_newest(comm(), folder);
  REQUIRE(checkpoint != nullptr);
  again.restore(*checkpoint->section("best"), networks);
  CHECK(again.best().iteration == 7);
  CHECK(again.best().mean_return == best.best().mean_return);
  CHECK(kept_gain(again) == 1.25);
  again.judge(networks, 8);
  CHECK(kept_gain(again) == 1.25);
  fresh.restore(*checkpoint->section("never"), networks);
  CHECK((fresh.best().iteration == 0 && fresh.networks().empty()));
  const ActorCritic wider({.observations = 1, .actions = 1, .hidden = 3});
  CHECK_THROWS_WITH(fresh.restore(*checkpoint->section("best"), wider), Contains("'actor.0.weight'"));
  CHECK_THROWS_WITH(BestPolicy(environment, {.episodes = 10}), Contains("10 episodes") && Contains("6 at a time"));
}
