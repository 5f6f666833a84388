// A linear kinetic equation as a stage.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/boltzmann/diffusive/kinetic_line.hpp"
#include "sim/boltzmann/diffusive/line_sums.hpp"
#include "sim/boltzmann/diffusive/time_steps.hpp"
#include "sim/stage.hpp"

namespace tessera::sim::boltzmann::diffusive {

/// Snapshots hold the density, the flux <v f> / eps and, if asked for, f / M.
class LinearKineticStage final : public Stage {
 public:
  LinearKineticStage(const StageContext& context, const LinearKineticParams& params);

  void start() override;
  std::int64_t num_steps() const override { return steps_.count; }
  void step(Agreement& agreement) override;
  double time() const override { return static_cast<double>(step_) * steps_.dt; }
  double dt() const override { return steps_.dt; }
  std::vector<SeriesColumn> series_columns() const override;
  std::vector<double> series_values() override;
  std::int64_t num_items() const override { return line_.params().cells * line_.params().velocities; }
  std::string item_name() const override { return "value"; }
  Units units() const override { return {}; }  // any that fit together
  std::vector<const data::Field*> fields() override;
  std::vector<Result> results() override;
  void save(data::StateWriter& writer) override;
  void restore(data::StateReader& reader) override;

  const KineticLine& line() const { return line_; }

 private:
  std::string name_;
  TimeSteps steps_;
  KineticLine line_;
  data::Field flux_;
  std::optional<data::Field> distribution_;
  std::int64_t step_ = 0;
  double first_mass_ = 0.0;
};

/// Bytes that a rank holds.
double line_bytes(const LinearKineticParams& params, int ranks);

}  // namespace tessera::sim::boltzmann::diffusive
