// PPO on several ranks, and on each of them alone.
#include "catch.hpp"
#include "data/io/hash.hpp"
#include "integrator.hpp"
#include "learn/control/ppo.hpp"

using namespace tessera;
using namespace tessera::learn::control;
using namespace tessera::test;

namespace {

std::uint64_t hash_networks(const Ppo& ppo) {
  const auto& values = ppo.networks()->parameters().values();
  return data::hash_values(values.data(), values.extent(0), 0);
}

}  // namespace

TEST_CASE("PPO learns the same to the last bit on any number of ranks", "[control]") {
  for (const bool is_reference : {false, true}) {
    PpoParams params;
    params.episodes = 32;
    params.minibatch = 128;
    params.hidden = 16;
    params.learning_rate = 1e-2;
    params.keep_best = BestPolicyParams{.episodes = 16};
    params.refinements.emplace().critic_sees_state = true;
    if (is_reference) {
      params.fidelity = sim::Fidelity::reference;
      params.refinements.reset();
      params.minibatch = 30;
    }
    Integrator environment(comm(), 16, 30);  // each iteration runs it twice
    Ppo ppo(environment, params, 11);
    const Comm alone = comm().split(comm().rank());
    Integrator own_environment(alone, 16, 30);
    Ppo own(own_environment, params, 11);
    for (int n = 0; n < 4; ++n) {
      const auto progress = ppo.iterate(), own_progress = own.iterate();
      CHECK(progress.rewards.mean == own_progress.rewards.mean);
      CHECK(progress.losses.policy == own_progress.losses.policy);
      CHECK(progress.losses.value == own_progress.losses.value);
      CHECK(progress.judgement->mean_return == own_progress.judgement->mean_return);
    }
    CHECK(hash_networks(ppo) == hash_networks(own));
    Ppo other(environment, params, 12);
    other.iterate();
    CHECK(hash_networks(other) != hash_networks(ppo));
  }
}
