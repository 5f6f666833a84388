// Velocity distributions on the cells of a mesh, as a stage.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/boltzmann/integrator.hpp"
#include "sim/boltzmann/records.hpp"
#include "sim/stage.hpp"

namespace tessera::sim::boltzmann {

class BoltzmannStage final : public Stage {
 public:
  /// Collective. Throws Error (input) for a mesh, a grid or sides that cannot be.
  BoltzmannStage(const StageContext& context, const BoltzmannParams& params);

  void start() override;
  std::int64_t num_steps() const override { return params_.num_steps(); }
  void step(Agreement& agreement) override;
  bool is_finished() const override { return is_steady_; }
  double time() const override { return static_cast<double>(steps_) * dt_; }
  double dt() const override { return dt_; }
  std::vector<SeriesColumn> series_columns() const override;
  std::vector<double> series_values() override;
  void expect_series(bool expected) override { expects_series_ = expected; }
  std::int64_t num_items() const override;
  std::string item_name() const override { return "value"; }
  Units units() const override { return {}; }  // any that fit together
  std::vector<const data::Field*> fields() override;
  std::vector<Report> reports() override;
  std::vector<Result> results() override;
  StepCost step_cost() const override;
  void save(data::StateWriter& writer) override;
  void restore(data::StateReader& reader) override;

  Evolution& evolution() { return evolution_; }

 private:
  bool wants_change() const { return expects_series_ || params_.steady.has_value(); }
  void warn_of_negative(double lowest);

  BoltzmannParams params_;
  Evolution evolution_;
  std::vector<std::string> suffixes_;  // of the species, in names of fields and columns
  std::vector<CellFields> fields_;
  std::vector<CellSums> kept_;  // what change is measured against
  double dt_;
  std::int64_t steps_ = 0;
  double change_ = 0.0;
  bool expects_series_ = true, is_steady_ = false, has_warned_ = false;
};

}  // namespace tessera::sim::boltzmann
