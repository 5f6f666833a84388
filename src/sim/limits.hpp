// What decks say about every environment: limits, and when a step observes.
#pragma once

#include <optional>

#include "deck/binder.hpp"
#include "sim/environment.hpp"

namespace tessera::sim {

struct LimitParams {
  std::optional<double> action_limit, reward_limit;
  bool clip_actions = false;
  Observe observe = Observe::before;
};
void bind(deck::Binder& binder, LimitParams& params);

/// Local.
void apply(const LimitParams& params, EnvironmentInfo& info);

}  // namespace tessera::sim
