// Training as a stage: one step of the loop is one iteration.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "learn/action/exact_action.hpp"
#include "learn/action/model.hpp"
#include "sim/stage.hpp"

namespace tessera::learn::action {

/// Of what is learned from, and of what is held out (or nothing).
struct TrainingPaths {
  std::shared_ptr<const Path> training, held_out;
};

/// Series have the objective and its parts; model.h5 the network.
class TrainingStage final : public sim::Stage {
 public:
  /// Collective. Throws Error (input) as Training.
  TrainingStage(const sim::StageContext& context, const TrainingParams& params, const TrainingPaths& paths,
                const std::optional<ExactParams>& exact);

  void start() override {}
  std::int64_t num_steps() const override { return training_.params().iterations; }
  void step(sim::Agreement& agreement) override;
  double time() const override { return static_cast<double>(training_.num_iterations_done()); }
  double dt() const override { return 1.0; }
  std::vector<sim::SeriesColumn> series_columns() const override;
  std::vector<double> series_values() override;
  std::int64_t num_items() const override { return training_.params().batch; }
  std::string item_name() const override { return "sample"; }
  Units units() const override { return {}; }  // it counts iterations
  std::vector<ModelFile> models() override { return {{model_file, to_model(training_)}}; }
  std::vector<Result> results() override;
  sim::StepCost step_cost() const override;
  void save(data::StateWriter& writer) override;
  void restore(data::StateReader& reader) override;

  const Training& training() const { return training_; }

 private:
  void warn_of_learning_by_heart() const;

  sim::StageContext context_;
  Training training_;
  std::optional<ExactAction> exact_;
  TrainingProgress last_;
  // Running means (and their sum of weights), and sums over the last tenth of the run.
  double weight_ = 0.0, loss_ = 0.0, cost_ = 0.0;
  double num_late_ = 0.0, late_loss_ = 0.0;
};

}  // namespace tessera::learn::action
