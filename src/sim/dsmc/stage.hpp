// Direct simulation Monte Carlo as a stage.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/dsmc/gauges.hpp"
#include "sim/dsmc/sampler.hpp"
#include "sim/stage.hpp"

namespace tessera::sim::dsmc {

class DsmcStage final : public Stage {
 public:
  DsmcStage(const StageContext& context, const DsmcParams& params);

  void start() override { simulation_.start(); }
  std::int64_t num_steps() const override { return params_.steps; }
  void step(Agreement& agreement) override;
  double time() const override { return simulation_.time(); }
  double dt() const override { return params_.dt; }
  std::vector<SeriesColumn> series_columns() const override;
  std::vector<double> series_values() override;
  std::int64_t num_items() const override { return params_.particles; }
  std::string item_name() const override { return "particle"; }
  Units units() const override { return {}; }  // any that fit together
  const data::System* system() const override;
  std::vector<const data::Field*> fields() override { return sampler_.fields(); }
  std::vector<Report> reports() override;
  std::vector<Result> results() override;
  void save(data::StateWriter& writer) override;
  void restore(data::StateReader& reader) override;

  const Simulation& simulation() const { return simulation_; }
  const Sampler& sampler() const { return sampler_; }

 private:
  bool is_wall(int side) const;

  StageContext context_;
  DsmcParams params_;
  mutable Simulation simulation_;
  Sampler sampler_;
  CollisionTally last_;                           // of this rank, in the last step
  std::int64_t candidates_ = 0, collisions_ = 0;  // of this rank, in all steps
  mutable std::optional<data::System> snapshot_;  // of now, once it was wanted
};

}  // namespace tessera::sim::dsmc
