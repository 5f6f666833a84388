#include "learn/control/rollout_type.hpp"

#include <fmt/core.h>

#include <optional>
#include <utility>

#include "learn/control/action_source.hpp"
#include "sim/environment_choice.hpp"

namespace tessera::learn::control {

namespace {

using Families = sim::EnvironmentChoice::Families;

/// What the two types have in common.
class ControlledParams : public sim::StageType::Params {
 public:
  explicit ControlledParams(const Families& families) : environment_(families) {}

  void bind(deck::Binder& b) final {
    environment_.bind(b);
    environment_.bind_steps(b);
    bind_episodes(b, episodes_);
    b.tables("controller", controllers_, {"what acts; of several each sees every start"});
    b.check(!controllers_.empty(), "controller", "expected at least one [[stage.controller]]");
    const auto sources = static_cast<std::int64_t>(controllers_.size());
    b.check(sources == 0 || episodes_.rows() % sources == 0, b.has("batch") ? "batch" : "episodes",
            fmt::format("batches of {} episodes for {} controllers; expected a multiple, so that each start is seen "
                        "under every one",
                        episodes_.rows(), sources));
  }
  std::unique_ptr<sim::Stage> make(const sim::StageContext& context) const final {
    sim::EnvironmentSetup setup{maker_of(environment_.get()), {}};
    for (const auto& controller : controllers_) setup.sources.push_back(make_source(controller, context));
    return std::make_unique<sim::EnvironmentStage>(context, episodes_, std::move(setup));
  }
  sim::Estimate estimate(const Comm&, int ranks) const final {
    auto estimate = sim::estimate_environments(*environment_.get(), episodes_, ranks);
    // A state that is spread over ranks: regulators sum over all of them.
    auto& communication = *estimate.communication;
    if (!communication.exchanges.empty())
      for (const auto& controller : controllers_) communication.collectives += sums_over_ranks(controller) ? 1.0 : 0.0;
    return estimate;
  }
  std::int64_t num_steps() const final { return environment_.get()->info().num_steps * episodes_.num_batches(); }
  double dt() const final { return environment_.get()->info().sample_time; }
  std::vector<std::string> uses() const final { return stages_used_by(controllers_); }

 private:
  virtual void bind_episodes(deck::Binder& b, sim::EpisodeParams& episodes) const = 0;

  sim::EnvironmentChoice environment_;
  sim::EpisodeParams episodes_;
  std::vector<ControllerParams> controllers_;
};

class RolloutParams final : public ControlledParams {
 public:
  using ControlledParams::ControlledParams;

 private:
  void bind_episodes(deck::Binder& b, sim::EpisodeParams& episodes) const override { sim::bind(b, episodes); }
};

class DatasetParams final : public ControlledParams {
 public:
  using ControlledParams::ControlledParams;

 private:
  void bind_episodes(deck::Binder& b, sim::EpisodeParams& episodes) const override {
    sim::bind_counts(b, episodes);
    if (!episodes.record) episodes.record = sim::RecordParams{.are_transitions = true};
    sim::bind(b, *episodes.record);
    b.value("test_share", episodes.record->test_share, deck::unit_interval,
            {"of the starts: their rows have test = 1 and are kept for tests of what was learned from the others"});
  }
};

template <class Own>
class Type final : public sim::StageType {
 public:
  Type(std::string name, std::string summary, Families families)
      : name_(std::move(name)), summary_(std::move(summary)), families_(std::move(families)) {}
  std::string name() const override { return name_; }
  std::string summary() const override { return summary_; }
  std::unique_ptr<Params> make_params() const override { return std::make_unique<Own>(families_); }

 private:
  std::string name_, summary_;
  Families families_;
};

}  // namespace

std::unique_ptr<sim::StageType> make_rollout_type(std::vector<std::shared_ptr<const sim::EnvironmentFamily>> families) {
  return std::make_unique<Type<RolloutParams>>(
      "rollout", "controllers on environments: LQR, LQG, H2, H-infinity, policies, open loop", std::move(families));
}

std::unique_ptr<sim::StageType> make_dataset_type(std::vector<std::shared_ptr<const sim::EnvironmentFamily>> families) {
  return std::make_unique<Type<DatasetParams>>(
      "dataset", "transitions of environments under many actions, to learn from", std::move(families));
}

}  // namespace tessera::learn::control
