// Propagation as a stage: one step of the loop is one step of time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "learn/action/propagation.hpp"
#include "sim/stage.hpp"

namespace tessera::learn::action {

/// Series have mass, moments and what is left of the particles; table.h5 the particles at some times, as rows step,
/// time, id, position and, where there are such, log_weight and log_density.
class PropagationStage final : public sim::Stage {
 public:
  PropagationStage(const sim::StageContext& context, const PropagationParams& params, TrainedModel model,
                   const data::Table& start);

  void start() override { record(); }
  std::int64_t num_steps() const override { return params_.steps; }
  void step(sim::Agreement& agreement) override;
  double time() const override { return propagation_.time(); }
  double dt() const override { return dt_; }
  std::vector<sim::SeriesColumn> series_columns() const override;
  std::vector<double> series_values() override;
  std::int64_t num_items() const override { return propagation_.num_global(); }
  std::string item_name() const override { return "particle"; }
  Units units() const override { return {}; }  // those of the samples
  data::Table* table() override { return &rows_; }
  std::vector<Result> results() override;
  void save(data::StateWriter& writer) override { propagation_.save(writer); }
  void restore(data::StateReader& reader) override { propagation_.restore(reader); }

 private:
  void record();

  sim::StageContext context_;
  PropagationParams params_;
  double dt_;
  Propagation propagation_;
  data::Table rows_;
};

}  // namespace tessera::learn::action
