// Mixtures of light and heavy gases as a stage.
#pragma once

#include <memory>
#include <vector>

#include "sim/boltzmann/disparate/member.hpp"
#include "sim/stage.hpp"

namespace tessera::sim::boltzmann::disparate {

/// One mixture for each eps, shared out over the ranks; ranks beyond them have nothing to do. Each has a time of its
/// own; that of the stage is the first one's.
class MixtureStage final : public Stage {
 public:
  /// Collective.
  MixtureStage(const StageContext& context, const MixtureParams& params);

  void start() override;
  std::int64_t num_steps() const override { return params_.steps; }
  void step(Agreement& agreement) override;
  void agreed(const Agreement& agreement) override;
  bool is_finished() const override { return is_finished_; }
  double time() const override { return time_; }
  double dt() const override { return params_.dt; }
  std::vector<SeriesColumn> series_columns() const override;
  std::vector<double> series_values() override;
  std::int64_t num_items() const override { return num_members(); }
  std::string item_name() const override { return "cell"; }
  Units units() const override { return {}; }
  std::vector<Report> reports() override;
  std::vector<Result> results() override;
  void save(data::StateWriter& writer) override;
  void restore(data::StateReader& reader) override;

 private:
  std::int64_t num_members() const { return static_cast<std::int64_t>(params_.eps.size()); }
  void make_members();
  /// Collective. Rows of `width` numbers that make(member) gives, of all members, on all ranks.
  template <class Make>
  std::vector<double> gather(std::size_t width, const Make& make) const;
  std::string name_of(std::size_t member) const;

  StageContext context_;
  MixtureParams params_;
  std::unique_ptr<CollisionOperator> light_, heavy_;
  std::int64_t first_ = 0;  // member here
  std::vector<Member> members_;
  bool is_finished_ = false;
  double time_ = 0.0;
};

}  // namespace tessera::sim::boltzmann::disparate
