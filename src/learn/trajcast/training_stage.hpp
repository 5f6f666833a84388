// Training of a forecasting network as a stage: one step of the loop is one step of the optimiser.
#pragma once

#include <string>
#include <vector>

#include "learn/trajcast/training.hpp"
#include "sim/stage.hpp"

namespace tessera::learn::trajcast {

/// The file that a stage leaves in its folder.
inline constexpr const char* model_file = "model.h5";

/// Series have the losses; learning_curve.csv a row an epoch; model.h5 the network.
class TrainingStage final : public sim::Stage {
 public:
  /// Collective. Reads the pairs. Throws Error (input) as read_pairs and Training.
  TrainingStage(const sim::StageContext& context, const TrainingParams& params);

  void start() override {}
  std::int64_t num_steps() const override { return training_.num_steps(); }
  void step(sim::Agreement& agreement) override;
  bool is_finished() const override { return training_.is_finished(); }
  double time() const override;
  double dt() const override { return 1.0 / static_cast<double>(training_.steps_per_epoch()); }
  std::vector<sim::SeriesColumn> series_columns() const override;
  std::vector<double> series_values() override;
  std::int64_t num_items() const override { return training_.params().batch; }
  std::string item_name() const override { return "pair"; }
  Units units() const override { return {}; }  // it counts epochs
  std::vector<sim::Report> reports() override;
  std::vector<ModelFile> models() override { return {{model_file, to_model(training_.to_stored())}}; }
  std::vector<Result> results() override;
  void save(data::StateWriter& writer) override { training_.save(writer); }
  void restore(data::StateReader& reader) override { training_.restore(reader); }

  const Training& training() const { return training_; }

 private:
  void say_what_is_learned() const;
  void warn_of_collapse();

  sim::StageContext context_;
  Training training_;
  /// Of the loss, over about a hundred steps of this process; for the warning alone.
  std::int64_t num_seen_ = 0;
  double recent_loss_ = 0.0, least_recent_loss_ = 1.0;
  bool has_warned_ = false;
};

}  // namespace tessera::learn::trajcast
