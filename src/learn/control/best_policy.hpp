// The best of the policies that a training comes by.
#pragma once

#include <cstdint>
#include <vector>

#include "deck/binder.hpp"
#include "learn/control/actor_critic.hpp"
#include "sim/environment.hpp"

namespace tessera::learn::control {

struct BestPolicyParams {
  std::int64_t every = 1;      ///< iterations
  std::int64_t episodes = 64;  ///< of a judgement
};
void bind(deck::Binder& binder, BestPolicyParams& params);

/// What a policy earns that acts as it does on average.
struct Judgement {
  std::int64_t iteration = 0;  ///< after which it was judged; 0: never
  std::int64_t failures = 0;   ///< episodes that ended out of bounds, or earned what is not finite
  double mean_return = 0.0;    ///< of the others
  bool is_better_than(const Judgement& other) const;
};

/// All of it collective over the environment's ranks; results do not depend on how many there are.
class BestPolicy {
 public:
  /// Throws Error (input) unless the number of episodes is a multiple of the environment's rows.
  BestPolicy(sim::Environment& environment, const BestPolicyParams& params);

  /// Lets the policy act through whole episodes, the same ones for all policies and not those of trainings, and keeps
  /// the networks if there was none better so far.
  Judgement judge(ActorCritic& networks, std::int64_t iteration);
  const Judgement& best() const { return best_; }
  /// The networks that were kept; empty before the first judgement.
  const std::vector<data::ModelArray>& networks() const { return networks_; }

  void save(data::StateWriter& writer) const;
  void restore(data::StateReader& reader, const ActorCritic& networks);

 private:
  sim::Environment& environment_;
  BestPolicyParams params_;
  Judgement best_;
  std::vector<data::ModelArray> networks_;
};

}  // namespace tessera::learn::control
