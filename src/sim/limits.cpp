#include "sim/limits.hpp"

namespace tessera::sim {

void bind(deck::Binder& b, LimitParams& p) {
  b.value("action_limit", p.action_limit, deck::positive,
          {"magnitude that learners keep each action within; left out: none"});
  b.value("clip_actions", p.clip_actions, {"actions beyond the limit are cut off there"});
  b.value("reward_limit", p.reward_limit, deck::positive, {"an episode ends where a reward's magnitude exceeds it"});
  b.choice("observe", p.observe, {{"before", Observe::before}, {"after", Observe::after}},
           {"what a step shows: the state before it, so that observations lag by a sample, or the one that it led to"});
  b.check(!p.clip_actions || p.action_limit.has_value(), "clip_actions", "clipping needs an action_limit");
}

void apply(const LimitParams& params, EnvironmentInfo& info) {
  if (params.action_limit) info.action_limit = *params.action_limit;
  if (params.reward_limit) info.reward_limit = *params.reward_limit;
  info.clips_actions = params.clip_actions;
  info.observe = params.observe;
}

}  // namespace tessera::sim
