// Several copies of a system at a ladder of temperatures, which they exchange.
#pragma once

#include <memory>
#include <vector>

#include "base/rank_groups.hpp"
#include "data/table.hpp"
#include "sim/md/md_stage.hpp"
#include "sim/md/replicas/exchange.hpp"
#include "sim/stage.hpp"

namespace tessera::sim::md {

/// Each group of ranks (see RankGroups) has some of the replicas, cut into tiles over it, and steps them in turn. An
/// exchange gives two replicas one another's temperature, and their velocities the factor that belongs to it; particles
/// stay where they are. Replicas have the numbers and temperatures 1, 2... in what is written.
class ReplicaStage final : public Stage {
 public:
  ReplicaStage(const StageContext& context, const MdParams& params);

  void start() override;
  std::int64_t num_steps() const override { return params_.steps; }
  void step(Agreement& agreement) override;
  /// Tries exchanges where they are due: all ranks have got through the step.
  void agreed(const Agreement& agreement) override;
  double time() const override { return static_cast<double>(step_) * params_.dt; }
  double dt() const override { return params_.dt; }
  std::vector<SeriesColumn> series_columns() const override;
  std::vector<double> series_values() override;
  std::int64_t num_items() const override { return exchange_.size() * replicas_.front()->num_items(); }
  std::string item_name() const override { return "particle"; }
  Units units() const override { return units_; }
  /// That of the lowest temperature.
  const data::System* system() const override;
  data::Table* table() override { return &table_; }
  std::vector<Report> reports() override;
  std::vector<Result> results() override;
  StepCost step_cost() const override;
  void save(data::StateWriter& writer) override;
  void restore(data::StateReader& reader) override;

  const ReplicaExchange& exchange() const { return exchange_; }
  /// Temperatures, rising.
  const std::vector<double>& ladder() const { return ladder_; }
  /// Collective. Potential energies by replica, tail corrections included.
  std::vector<double> energies() const;

 private:
  /// Of the n-th replica of this group.
  int number(std::size_t n) const { return groups_.own + static_cast<int>(n) * groups_.count; }
  int group_of(int replica) const { return replica % groups_.count; }
  double temperature_of(int replica) const {
    return ladder_[static_cast<std::size_t>(exchange_.temperature_of(replica))];
  }
  void attempt();
  void write_rows();

  StageContext context_;
  MdParams params_;
  Units units_;
  std::vector<double> ladder_;
  RankGroups groups_;
  Comm group_;
  std::vector<std::unique_ptr<MdStage>> replicas_;
  ReplicaExchange exchange_;
  std::int64_t step_ = 0;
  data::Table table_;
  // Of attempts that the table does not have yet, the same on all ranks: step, temperature, replica, and energies.
  std::vector<std::int64_t> waiting_numbers_;
  std::vector<double> waiting_energies_;
  std::unique_ptr<data::System> earlier_;  // what all replicas of this group begin with, while they do
  mutable std::unique_ptr<data::System> coldest_;
};

}  // namespace tessera::sim::md
