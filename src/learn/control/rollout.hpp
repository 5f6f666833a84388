// Episodes under a policy that tries things out.
#pragma once

#include <cstdint>

#include "data/table.hpp"
#include "learn/control/actor_critic.hpp"
#include "learn/control/ppo_params.hpp"
#include "sim/environment.hpp"

namespace tessera::learn::control {

/// The steps of an episode are rows behind one another on one rank, and episodes stand in an order that does not depend
/// on ranks.
struct Rollout {
  /// `sight`: numbers that the critic sees.
  Rollout(const Comm& comm, std::int64_t sight, std::int64_t num_actions);

  data::Table steps;     ///< observation (what was acted upon; behind it the state, if the critic sees that), action,
                         ///< log_prob (of the action), reward
  data::Table episodes;  ///< length (steps that are kept), observation (after the last), ending (sim::Ending)
};

/// Logarithm of the probability density of an action at this squared distance from the mean of a normal distribution.
double log_density(double squared_distance, std::int64_t num_actions, double covariance);

/// Throws Error (input) unless the number of episodes is a multiple of the environment's rows.
void check_episodes(const sim::Environment& environment, const PpoParams& params);

/// Collective. `params.episodes` episodes, numbered from `first_episode` on, of at most `params.episode_length` steps,
/// with actions drawn around those of the actor for (seed, episode, step). In the reference form the step that ends an
/// episode is dropped; in the corrected form it is if its reward is not finite.
Rollout roll_out(sim::Environment& environment, ActorCritic& networks, const PpoParams& params, std::uint32_t seed,
                 std::int64_t first_episode);

}  // namespace tessera::learn::control
