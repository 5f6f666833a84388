// The stage that samples a posterior over data that stay with their clients.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "learn/fsgld/draws.hpp"
#include "learn/fsgld/moments.hpp"
#include "learn/fsgld/predictive.hpp"
#include "learn/fsgld/sampler.hpp"
#include "sim/stage.hpp"

namespace tessera::learn::fsgld {

struct EvaluationParams {
  std::int64_t every = 1;  ///< steps of the stage
  bool training = false;   ///< of the training rows, too
  std::string reference;   ///< an earlier stage
};

struct SgldParams {
  std::string data, file;  ///< one of them: an earlier stage, or a table.h5
  std::int64_t updates_per_step = 100;
  SamplerParams sampler;
  EvaluationParams evaluation;
};

class SgldStage final : public sim::Stage {
 public:
  SgldStage(const sim::StageContext& context, const SgldParams& params);

  void start() override;
  std::int64_t num_steps() const override;
  void step(sim::Agreement& agreement) override;
  double time() const override { return static_cast<double>(sampler_->num_updates_done()); }
  double dt() const override { return static_cast<double>(params_.updates_per_step); }

  std::vector<sim::SeriesColumn> series_columns() const override;
  std::vector<double> series_values() override;
  std::int64_t num_items() const override { return params_.sampler.chains * params_.updates_per_step; }
  std::string item_name() const override { return "update"; }
  Units units() const override { return {}; }  // it counts updates
  data::Table* table() override { return &table_; }
  std::vector<sim::Report> reports() override;
  std::vector<Result> results() override;

  void save(data::StateWriter& writer) override;
  void restore(data::StateReader& reader) override;

 private:
  void report_data() const;
  void check_batches() const;
  void warn_of_improper() const;
  void look_at_records(std::size_t first);
  void bring_home();
  std::int64_t num_kept() const { return params_.sampler.num_draws_until(sampler_->num_updates_done()); }
  void evaluate();
  const std::vector<math::ChainSummary>& summaries();
  sim::Report diagnostics();
  void add_agreement(std::vector<Result>& results, const std::vector<math::ChainSummary>& summaries) const;

  sim::StageContext context_;
  SgldParams params_;
  std::unique_ptr<Clients> clients_;
  std::unique_ptr<Model> model_;
  std::unique_ptr<Schedule> schedule_;
  std::unique_ptr<Sampler> sampler_;
  std::unique_ptr<Draws> draws_;
  Preparation preparation_;
  std::optional<Predictive> held_out_, training_;
  std::optional<Moments> exact_, reference_;
  data::Table table_;
  Records records_;  // that have not come home
  std::vector<math::ChainSummary> summaries_;
  std::int64_t num_summarised_ = -1;  // draws of each chain in them
  std::int64_t steps_done_ = 0;
  double distance_ = 0.0, squares_ = 0.0;     // sums over draws of distances from the exact mean, with their weights
  double weight_ = 0.0;                       // of these draws
  std::vector<std::vector<double>> history_;  // rows of predictive.csv
};

}  // namespace tessera::learn::fsgld
