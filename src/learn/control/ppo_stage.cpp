#include "learn/control/ppo_stage.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/log.hpp"

namespace tessera::learn::control {

namespace {

/// Of an iteration, in this order.
std::vector<double> to_values(const PpoProgress& progress) {
  const auto& [mean, deviation, lowest, highest] = progress.rewards;
  return {mean,
          deviation,
          lowest,
          highest,
          progress.losses.policy,
          progress.losses.value,
          progress.losses.ratio,
          progress.learning_rate,
          static_cast<double>(progress.steps)};
}

const std::vector<sim::SeriesColumn>& columns() {
  static const std::vector<sim::SeriesColumn> columns{
      {"reward", ""},     {"reward deviation", ""}, {"lowest reward", ""}, {"highest reward", ""}, {"policy loss", ""},
      {"value loss", ""}, {"mean ratio", ""},       {"learning rate", ""}, {"samples", ""}};
  return columns;
}

}  // namespace

PpoStage::PpoStage(
    const sim::StageContext& context, const PpoParams& params, std::string model,
    const std::function<std::unique_ptr<sim::Environment>(const Comm&, std::uint32_t seed)>& make_environment)
    : environment_(make_environment(context.comm, context.seed)),
      ppo_(*environment_, params, context.seed),
      model_(std::move(model)),
      curve_(context.comm),
      // Nothing is known before the first iteration.
      values_(columns().size(), std::numeric_limits<double>::quiet_NaN()) {
  curve_.add<std::int64_t>("iteration");
  for (const auto& column : columns()) curve_.add<double>(column.name);
}

void PpoStage::step(sim::Agreement&) {
  const auto progress = ppo_.iterate();
  const auto iteration = ppo_.num_iterations_done();
  values_ = to_values(progress);
  if (iteration == 1) first_reward_ = progress.rewards.mean;
  log::info("  iteration {} of {}: an episode earns {:.6g} ({:.4g} to {:.4g}), loss of policy {:.3g}, of critic {:.3g}",
            iteration, num_steps(), progress.rewards.mean, progress.rewards.lowest, progress.rewards.highest,
            progress.losses.policy, progress.losses.value);
  if (progress.judgement)
    log::info("    judged: {:.6g} a whole episode, {} out of bounds", progress.judgement->mean_return,
              progress.judgement->failures);
  const bool is_root = curve_.comm().is_root();
  curve_.append(is_root ? 1 : 0);
  if (!is_root) return;
  data::set_rows(curve_.get<std::int64_t>("iteration"), curve_.num_rows() - 1, std::vector{iteration});
  for (std::size_t n = 0; n < values_.size(); ++n)
    data::set_rows(curve_.get<double>(columns()[n].name), curve_.num_rows() - 1, std::vector{values_[n]});
}

std::vector<sim::SeriesColumn> PpoStage::series_columns() const { return columns(); }

std::vector<double> PpoStage::series_values() { return values_; }

std::vector<sim::Stage::Result> PpoStage::results() {
  std::vector<Result> results{{"mean reward of an episode, first iteration", first_reward_, ""},
                              {"mean reward of an episode, last iteration", values_.front(), ""}};
  if (ppo_.best() && ppo_.best()->best().iteration > 0) {
    const auto& best = ppo_.best()->best();
    results.push_back({"best policy: mean return where it was chosen", best.mean_return, ""});
    results.push_back({"best policy: iteration", static_cast<double>(best.iteration), ""});
  }
  return results;
}

void PpoStage::save(data::StateWriter& writer) {
  ppo_.save(writer);
  writer.put("values", values_);
  writer.put("first_reward", first_reward_);
}

void PpoStage::restore(data::StateReader& reader) {
  ppo_.restore(reader);
  reader.get("values", values_);
  reader.get("first_reward", first_reward_);
  if (values_.size() != columns().size()) throw Error::input("a checkpoint whose learning curve has other columns");
}

double training_bytes(const sim::EnvironmentInfo& info, const PpoParams& params, int ranks) {
  const auto number = [](std::int64_t n) { return static_cast<double>(n); };
  const bool sees_state = params.refinements && params.refinements->critic_sees_state;
  const double observations = number(info.num_observations + (sees_state ? info.num_states : 0)),
               actions = number(info.num_actions), hidden = number(params.hidden);
  const double steps = number(params.episodes) * number(std::min(params.episode_length, info.num_steps)) / ranks;
  // A step is held in an episode, in the rollout's table, as a sample, in its table, and among those of a minibatch.
  const double of_steps = 5.0 * steps * (2.0 * observations + actions + 5.0);
  const double weights = 2.0 * hidden * (observations + hidden + 3.0) + (hidden + 1.0) * (actions + 1.0);
  // Weights, Adam's moments, gradients, and the sums of these (two numbers each, once more on the host).
  const double of_networks = 8.0 * weights;
  const double of_graphs = 64.0 * 3.0 * (8.0 * hidden + 6.0 * (observations + actions));
  return 8.0 * (of_steps + of_networks + of_graphs);
}

}  // namespace tessera::learn::control
