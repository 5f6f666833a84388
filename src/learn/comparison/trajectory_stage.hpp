// The comparison of trajectories with a reference, as a stage: one step of the loop is one of the data.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "learn/comparison/side_by_side.hpp"
#include "learn/comparison/trajectory.hpp"
#include "learn/comparison/trajectory_params.hpp"
#include "learn/comparison/trajectory_reports.hpp"
#include "sim/stage.hpp"

namespace tessera::learn::comparison {

/// What stages have left is small: all ranks hold it and work out the same.
class TrajectoryStage final : public sim::Stage {
 public:
  /// Collective. Reads everything. Throws Error (input) as Trajectory.
  TrajectoryStage(const sim::StageContext& context, TrajectoriesParams params);

  void start() override {}
  std::int64_t num_steps() const override { return static_cast<std::int64_t>(data_.size()); }
  /// Throws Error (input) as put_side_by_side.
  void step(sim::Agreement& agreement) override;
  double time() const override { return static_cast<double>(compared_.size()); }
  double dt() const override { return 1.0; }
  std::vector<sim::SeriesColumn> series_columns() const override;
  std::vector<double> series_values() override;
  std::int64_t num_items() const override { return static_cast<std::int64_t>(data_.size()); }
  std::string item_name() const override { return "run"; }
  Units units() const override { return {}; }
  std::vector<sim::Report> reports() override;
  std::vector<Result> results() override;
  void save(data::StateWriter& writer) override;
  void restore(data::StateReader& reader) override;

 private:
  using Source = std::unique_ptr<const Trajectory>;

  void compare_next();
  void print_last() const;
  std::vector<NamedTrajectory> all() const;
  std::vector<std::string> names() const;

  TrajectoriesParams params_;
  Source reference_, again_;
  std::vector<Source> data_;
  std::vector<Compared> compared_;  // as many as steps were taken
};

}  // namespace tessera::learn::comparison
