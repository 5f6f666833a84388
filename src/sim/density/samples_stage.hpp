// Independent samples as a stage: one step, one time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/density/sample_moments.hpp"
#include "sim/density/sample_rows.hpp"
#include "sim/density/samples_params.hpp"
#include "sim/stage.hpp"

namespace tessera::sim::density {

/// Its table has the columns step (the number of the time, from 0), time, id, position, log_weight where a mass is not
/// 1 (its logarithm), and held_out where some are.
class SamplesStage final : public Stage {
 public:
  SamplesStage(const StageContext& context, const SamplesParams& params);

  void start() override;
  std::int64_t num_steps() const override { return static_cast<std::int64_t>(rows_->times().size()) - 1; }
  void step(Agreement& agreement) override;
  double time() const override { return rows_->times()[now_]; }
  double dt() const override;
  std::vector<SeriesColumn> series_columns() const override;
  std::vector<double> series_values() override;
  std::int64_t num_items() const override { return rows_->count(now_); }
  std::string item_name() const override { return "sample"; }
  Units units() const override { return {}; }  // any that fit together
  data::Table* table() override { return &table_; }
  std::vector<Report> reports() override;
  void save(data::StateWriter& writer) override;
  void restore(data::StateReader& reader) override;

 private:
  void add_time();

  StageContext context_;
  SamplesParams params_;
  std::unique_ptr<const SampleRows> rows_;
  data::Table table_;
  bool has_mass_ = false;                    // other than 1
  std::size_t now_ = 0;                      // which time
  std::vector<std::vector<double>> values_;  // of each time up to now: a row of series_columns()
};

}  // namespace tessera::sim::density
