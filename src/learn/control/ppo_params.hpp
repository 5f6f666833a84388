// What a deck says about proximal policy optimisation (Schulman and others, arXiv 1707.06347).
#pragma once

#include <cstdint>
#include <optional>

#include "deck/binder.hpp"
#include "learn/control/best_policy.hpp"
#include "sim/environment.hpp"

namespace tessera::learn::control {

/// What the corrected form has besides the reference form, which is that of controlgym 1.0.0.
struct PpoRefinements {
  double trace_decay = 0.95;  ///< lambda of generalised advantage estimation (Schulman and others, arXiv 1506.02438)
  bool bootstrap = true;      ///< episodes that are cut, or end at their time limit, go on with the critic's value
  bool normalise_observations = true;  ///< by running means and variances
  bool critic_sees_state = false;      ///< beside what it observes
  bool normalise_returns = true;       ///< likewise, for the critic
  double clip_norm = 0.5;              ///< of gradients
  double first_actions = 0.01;         ///< factor of the first policy's actions
  std::optional<double> final_learning_rate = {};
};
void bind(deck::Binder& binder, PpoRefinements& params);

struct PpoParams {
  sim::Fidelity fidelity = sim::Fidelity::corrected;
  std::int64_t iterations = 50;
  std::int64_t episodes = 20;  ///< an iteration
  std::int64_t episode_length = 20;
  std::int64_t epochs = 4;
  std::int64_t minibatch = 5;  ///< rows
  double clip = 0.2;
  double covariance = 0.05;
  double discount = 0.99;
  double learning_rate = 1e-4;
  std::int64_t hidden = 64;                   ///< width of both hidden layers
  std::optional<PpoRefinements> refinements;  ///< of the corrected form: set once a deck is read
  std::optional<BestPolicyParams> keep_best;  ///< absent: the last policy is the result
};
void bind(deck::Binder& binder, PpoParams& params);

}  // namespace tessera::learn::control
