#include "learn/control/ppo.hpp"

#include <fmt/core.h>

#include <utility>

#include "base/error.hpp"
#include "data/io/model_file.hpp"

namespace tessera::learn::control {

namespace {

constexpr const char* model_kind = "ppo";

std::shared_ptr<ActorCritic> make_networks(const sim::Environment& environment, const PpoParams& params) {
  const auto& info = environment.info();
  ActorCriticShape shape{.observations = info.num_observations, .actions = info.num_actions, .hidden = params.hidden};
  if (params.refinements) {
    shape.normalises_observations = params.refinements->normalise_observations;
    shape.normalises_returns = params.refinements->normalise_returns;
    if (params.refinements->critic_sees_state) {
      if (environment.is_split())
        throw Error::input(
            fmt::format("a critic that sees the state of '{}', which is spread over the ranks; expected a smaller "
                        "system, or critic_sees_state = false",
                        info.id));
      shape.states = info.num_states;
    }
  }
  return std::make_shared<ActorCritic>(shape);
}

PpoParams completed(PpoParams params) {
  if (params.fidelity == sim::Fidelity::corrected && !params.refinements) params.refinements.emplace();
  if (params.fidelity == sim::Fidelity::reference && params.refinements)
    throw Error::internal("the reference form of PPO has no refinements");
  return params;
}

}  // namespace

Ppo::Ppo(sim::Environment& environment, const PpoParams& params, std::uint32_t seed)
    : environment_(environment),
      params_(completed(params)),
      seed_(seed),
      networks_(make_networks(environment, params_)),
      update_(environment.comm(), *networks_, params_) {
  check_episodes(environment, params_);
  if (params_.keep_best) best_.emplace(environment, *params_.keep_best);
  networks_->draw(seed, params_.refinements ? params_.refinements->first_actions : 1.0);
}

void Ppo::begin_with(const std::string& path) {
  const auto read = data::read_model(environment_.comm(), path, model_kind);
  networks_->take(*ActorCritic::from_arrays(read.arrays, path), path);
}

PpoProgress Ppo::iterate() {
  PpoProgress progress;
  progress.learning_rate = learning_rate();
  const auto rollout = roll_out(environment_, *networks_, params_, seed_, iteration_ * params_.episodes);
  const auto samples = make_samples(rollout, *networks_, params_);
  progress.steps = samples.rows.num_global();
  progress.rewards = samples.rewards;
  auto& total = progress.losses;
  for (std::int64_t epoch = 0; epoch < params_.epochs; ++epoch) {
    const auto minibatches = draw_minibatches(progress.steps, params_.minibatch, !params_.refinements.has_value(),
                                              seed_, iteration_ * params_.epochs + epoch);
    const auto losses = update_.run(samples, minibatches, progress.learning_rate);
    const double share = 1.0 / static_cast<double>(params_.epochs);
    total.policy += share * losses.policy;
    total.value += share * losses.value;
    total.ratio += share * losses.ratio;
    total.updates += losses.updates;
  }
  // Only now: what was seen of the observations must not change while one learns from them.
  networks_->note_observations(environment_.comm(),
                               data::host_copy(rollout.steps.get<double>("observation"), 0, rollout.steps.num_rows()));
  ++iteration_;
  if (best_ && (iteration_ % params_.keep_best->every == 0 || iteration_ == params_.iterations))
    progress.judgement = best_->judge(*networks_, iteration_);
  return progress;
}

double Ppo::learning_rate() const {
  if (!params_.refinements || !params_.refinements->final_learning_rate || params_.iterations < 2)
    return params_.learning_rate;
  const double part = static_cast<double>(iteration_) / static_cast<double>(params_.iterations - 1);
  return params_.learning_rate +
         std::min(part, 1.0) * (*params_.refinements->final_learning_rate - params_.learning_rate);
}

void Ppo::save(data::StateWriter& writer) const {
  writer.put("iteration", iteration_);
  networks_->save(writer);
  update_.optimiser().save(writer, "adam");
  if (best_) best_->save(writer);
}

void Ppo::restore(data::StateReader& reader) {
  reader.get("iteration", iteration_);
  networks_->restore(reader);
  update_.optimiser().restore(reader, "adam");
  if (best_) best_->restore(reader, *networks_);
}

data::Model Ppo::model() const {
  return {model_kind, "", best_ && best_->best().iteration > 0 ? best_->networks() : networks_->to_arrays()};
}

void Ppo::write_model(const std::string& path, const std::string& deck) const {
  auto made = model();
  made.deck = deck;
  data::write_model(environment_.comm(), path, made);
}

PpoController::PpoController(const sim::Environment& environment, std::shared_ptr<ActorCritic> networks)
    : networks_(std::move(networks)) {
  const auto& shape = networks_->shape();
  const auto& info = environment.info();
  if (shape.observations != info.num_observations || shape.actions != info.num_actions)
    throw Error::input(fmt::format("a policy of {} observations and {} actions for '{}', which has {} and {}",
                                   shape.observations, shape.actions, info.id, info.num_observations,
                                   info.num_actions));
}

std::unique_ptr<PpoController> PpoController::from_file(const sim::Environment& environment, const std::string& path) {
  const auto model = data::read_model(environment.comm(), path, model_kind);
  const std::shared_ptr<ActorCritic> networks = ActorCritic::from_arrays(model.arrays, path);
  try {
    return std::make_unique<PpoController>(environment, networks);
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("{}: {}", path, error.what()));
  }
}

void PpoController::decide(const sim::Environment& environment, const sim::Environment::Rows& actions,
                           const sim::Environment::Rows& disturbances) {
  (void)disturbances;
  networks_->act(environment.observation(), actions);
}

}  // namespace tessera::learn::control
