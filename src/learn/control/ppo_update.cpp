#include "learn/control/ppo_update.hpp"

#include <algorithm>

#include "base/region.hpp"

namespace tessera::learn::control {

namespace {

using diff::Node;

/// Small minibatches make small blocks; large ones are shared by the ranks.
std::int64_t rows_of_block(std::int64_t minibatch) {
  constexpr std::int64_t multiple = diff::Graph::row_multiple, most = 64;
  return std::min(most, (minibatch + multiple - 1) / multiple * multiple);
}

struct Terms {
  Node policy, value, ratio;
};

Terms terms(Node sample, const ActorCritic& networks, const SampleLayout& layout, const PpoParams& params) {
  const Node observation = slice(sample, 0, layout.observations), sight = slice(sample, 0, layout.sight());
  const Node action = slice(sample, layout.action(), layout.actions);
  const Node old = slice(sample, layout.log_prob(), 1), advantage = slice(sample, layout.advantage(), 1);
  const Node distance = row_sum(square(action - networks.actor()(networks.parameters(), observation)));
  const double constant = log_density(0.0, layout.actions, params.covariance);
  const Node log_prob = scale_shift(distance, -0.5 / params.covariance, constant);
  const Node ratio = apply(diff::Function::exp, log_prob - old);
  const Node bounded = clip(ratio, 1.0 - params.clip, 1.0 + params.clip);
  const Node error = slice(sample, layout.target(), 1) - networks.critic()(networks.parameters(), sight);
  return {-minimum(ratio * advantage, bounded * advantage), 0.5 * square(error), ratio};
}

diff::Objective make_objective(const Comm& comm, Node sample, const ActorCritic& networks, const SampleLayout& layout,
                               const PpoParams& params) {
  const auto [policy, value, ratio] = terms(sample, networks, layout, params);
  return {comm, networks.parameters(), policy + value, {policy, value, ratio}};
}

diff::AdamOptions options(const PpoParams& params) {
  diff::AdamOptions result;
  if (params.refinements) result.clip_norm = params.refinements->clip_norm;
  return result;
}

}  // namespace

PpoUpdate::PpoUpdate(const Comm& comm, ActorCritic& networks, const PpoParams& params)
    : comm_(comm),
      networks_(networks),
      layout_(SampleLayout::of(networks.shape())),
      graph_(rows_of_block(params.minibatch)),
      sample_(graph_.input(layout_.width())),
      objective_(make_objective(comm, sample_, networks, layout_, params)),
      adam_(networks.parameters().size(), options(params)) {}

PpoLosses PpoUpdate::run(const Samples& samples, const Minibatches& minibatches, double learning_rate) {
  const Region region("learn/ppo_update");
  std::vector<std::vector<Block>> blocks(minibatches.size());  // of this rank, by minibatch
  std::vector<std::int64_t> wanted;
  std::int64_t turn = 0;
  for (std::size_t n = 0; n < minibatches.size(); ++n) {
    const auto size = static_cast<std::int64_t>(minibatches[n].size());
    for (std::int64_t first = 0; first < size; first += graph_.block_rows()) {
      if (turn++ % comm_.size() != comm_.rank()) continue;
      const std::int64_t count = std::min(graph_.block_rows(), size - first);
      blocks[n].push_back({static_cast<std::int64_t>(wanted.size()), count});
      const auto rows = minibatches[n].begin() + first;
      wanted.insert(wanted.end(), rows, rows + count);
    }
  }
  const data::RowArray<double> rows("learn/minibatch_rows", wanted.size(), static_cast<std::size_t>(layout_.width()));
  data::set_rows(rows, 0, samples.rows.gather<double>("sample", wanted));
  const auto& values = networks_.parameters().values();
  PpoLosses losses;
  for (std::size_t n = 0; n < minibatches.size(); ++n) {
    objective_.clear();
    for (const auto& block : blocks[n]) {
      objective_.program().load(sample_, rows, block.first, block.count);
      objective_.add(values, block.count);
    }
    objective_.reduce();
    const double share = 1.0 / static_cast<double>(minibatches[n].size());
    losses.policy += share * objective_.other(0);
    losses.value += share * objective_.other(1);
    losses.ratio += share * objective_.other(2);
    adam_.step(values, objective_.gradient(), share, learning_rate);
  }
  losses.updates = static_cast<std::int64_t>(minibatches.size());
  const double mean = 1.0 / static_cast<double>(std::max<std::int64_t>(1, losses.updates));
  losses.policy *= mean;
  losses.value *= mean;
  losses.ratio *= mean;
  return losses;
}

}  // namespace tessera::learn::control
