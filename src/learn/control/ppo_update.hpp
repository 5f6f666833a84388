// The losses of PPO and the steps of Adam that lessen them.
#pragma once

#include "diff/adam.hpp"
#include "diff/objective.hpp"
#include "learn/control/minibatches.hpp"
#include "learn/control/samples.hpp"

namespace tessera::learn::control {

/// Means over updates, of means over the rows of each.
struct PpoLosses {
  double policy = 0.0;  ///< -min(ratio advantage, clip(ratio, 1 - clip, 1 + clip) advantage)
  double value = 0.0;   ///< (target - critic)^2 / 2
  double ratio = 0.0;   ///< of the new and the old probability
  std::int64_t updates = 0;
};

/// Minimises policy + value loss over all parameters of both networks at once; the entropy of a policy of fixed
/// covariance is constant and left out.
class PpoUpdate {
 public:
  PpoUpdate(const Comm& comm, ActorCritic& networks, const PpoParams& params);

  /// Collective. One step of Adam for each minibatch, with rows of these samples. Rows are summed in blocks, each on
  /// one rank, in turn. Throws Error (numeric) if a gradient is not finite.
  PpoLosses run(const Samples& samples, const Minibatches& minibatches, double learning_rate);

  const diff::Adam& optimiser() const { return adam_; }
  diff::Adam& optimiser() { return adam_; }

 private:
  /// Rows of a minibatch that are summed in one piece: those of the gathered ones here.
  struct Block {
    std::int64_t first = 0, count = 0;
  };

  Comm comm_;
  ActorCritic& networks_;
  SampleLayout layout_;
  diff::Graph graph_;
  diff::Node sample_;
  diff::Objective objective_;
  diff::Adam adam_;
};

}  // namespace tessera::learn::control
