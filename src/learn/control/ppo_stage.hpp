// The training of a policy as a stage: one step of the loop is one iteration.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "learn/control/ppo.hpp"
#include "sim/stage.hpp"

namespace tessera::learn::control {

/// Series and table.h5 have the learning curve, a row an iteration; model.h5 the networks.
class PpoStage final : public sim::Stage {
 public:
  /// Collective. Makes the environment, whose rows are the episodes that run at a time. `model`: a file that training
  /// goes on from, or empty. Throws Error (input) as Ppo.
  PpoStage(const sim::StageContext& context, const PpoParams& params, std::string model,
           const std::function<std::unique_ptr<sim::Environment>(const Comm&, std::uint32_t seed)>& make_environment);

  void start() override {
    if (!model_.empty()) ppo_.begin_with(model_);
  }
  std::int64_t num_steps() const override { return ppo_.params().iterations; }
  void step(sim::Agreement& agreement) override;
  double time() const override { return static_cast<double>(ppo_.num_iterations_done()); }
  double dt() const override { return 1.0; }
  std::vector<sim::SeriesColumn> series_columns() const override;
  std::vector<double> series_values() override;
  std::int64_t num_items() const override { return ppo_.params().episodes; }
  std::string item_name() const override { return "episode"; }
  Units units() const override { return {}; }  // it counts iterations
  data::Table* table() override { return &curve_; }
  std::vector<ModelFile> models() override { return {{ppo_model_file, ppo_.model()}}; }
  std::vector<Result> results() override;
  void save(data::StateWriter& writer) override;
  void restore(data::StateReader& reader) override;

  const Ppo& ppo() const { return ppo_; }

 private:
  std::unique_ptr<sim::Environment> environment_;
  Ppo ppo_;
  std::string model_;
  data::Table curve_;           // rows since the last step, on the root
  std::vector<double> values_;  // of the last iteration, as series_columns()
  double first_reward_ = 0.0;
};

/// Bytes a rank of a training beside its environment.
double training_bytes(const sim::EnvironmentInfo& info, const PpoParams& params, int ranks);

}  // namespace tessera::learn::control
