// Langevin particles as a stage.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/particles/ensemble.hpp"
#include "sim/particles/record.hpp"
#include "sim/stage.hpp"

namespace tessera::sim::particles {

class LangevinStage final : public Stage {
 public:
  LangevinStage(const StageContext& context, const LangevinParams& params);

  void start() override;
  std::int64_t num_steps() const override { return params_.steps; }
  void step(Agreement& agreement) override;
  double time() const override { return ensemble_.time(); }
  double dt() const override { return params_.dt; }
  std::vector<SeriesColumn> series_columns() const override;
  std::vector<double> series_values() override;
  std::int64_t num_items() const override { return ensemble_.num_global(); }
  std::string item_name() const override { return "particle"; }
  Units units() const override { return {}; }  // any that fit together
  /// Of up to three dimensions.
  const data::System* system() const override;
  data::Table* table() override { return record_ ? &record_->table() : nullptr; }
  std::vector<Report> reports() override;
  std::vector<Result> results() override;
  void save(data::StateWriter& writer) override;
  void restore(data::StateReader& reader) override;

  const Ensemble& ensemble() const { return ensemble_; }

 private:
  StageContext context_;
  LangevinParams params_;
  std::vector<std::string> names_;  // of coordinates
  Ensemble ensemble_;
  std::optional<Record> record_;
  mutable std::optional<data::System> snapshot_;  // of now, once it was wanted
  // Over the output steps of the second half of the run.
  std::int64_t last_summed_ = -1;
  double num_summed_ = 0.0, sum_potential_ = 0.0, sum_temperature_ = 0.0;
};

}  // namespace tessera::sim::particles
