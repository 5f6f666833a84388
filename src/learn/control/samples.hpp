// What an update learns from: the steps of a rollout with returns and advantages.
#pragma once

#include "learn/control/rollout.hpp"

namespace tessera::learn::control {

/// Places in the rows of samples.
struct SampleLayout {
  std::int64_t observations = 1, actions = 1, states = 0;
  static SampleLayout of(const ActorCriticShape& shape) { return {shape.observations, shape.actions, shape.states}; }
  std::int64_t sight() const { return observations + states; }
  std::int64_t action() const { return sight(); }
  std::int64_t log_prob() const { return action() + actions; }
  std::int64_t advantage() const { return log_prob() + 1; }
  std::int64_t target() const { return log_prob() + 2; }
  std::int64_t width() const { return log_prob() + 3; }
};

/// What the episodes of an iteration earn, each the sum over its steps.
struct EpisodeRewards {
  double mean = 0.0, deviation = 0.0, lowest = 0.0, highest = 0.0;  ///< deviation of a sample: n - 1
};

struct Samples {
  data::Table rows;  ///< column "sample", as SampleLayout: observations (and states) as the networks see them, action,
                     ///< log_prob, normalised advantage, and what the critic is to give
  EpisodeRewards rewards;
};

/// Collective. Advantages sum (discount lambda)^k d_{t+k}, d_t = r_t + discount V_{t+1} - V_t, with V = 0 after an
/// episode's end (that of the reference form: always after its last step, and lambda = 1); returns are advantages + V.
/// Advantages less their mean, over their sample deviation + 1e-8. Takes returns into the critic's moments. Throws
/// Error (numeric) if there is no step at all.
Samples make_samples(const Rollout& rollout, ActorCritic& networks, const PpoParams& params);

}  // namespace tessera::learn::control
