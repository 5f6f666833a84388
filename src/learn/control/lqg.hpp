// Output feedback: a regulator on the estimates of a Kalman filter.
#pragma once

#include <string>
#include <vector>

#include "learn/control/design.hpp"
#include "learn/control/params.hpp"
#include "learn/control/row_map.hpp"
#include "sim/controller.hpp"

namespace tessera::learn::control {

/// u = K xh + K_t target, xh+ = (A - K_f C) xh + B u + K_f y, where y measures the state that u acts on. That is what a
/// step brings where environments observe before it; where they observe after it, it is what was there before. Every
/// rank has whole estimates: also of a state that is split over the ranks, since actions and observations are the same
/// on all of them.
class LqgController final : public sim::Controller {
 public:
  /// Collective. Error (input) if the environment has no dense model; errors of design_tracker and
  /// math::kalman_filter.
  LqgController(const sim::Environment& environment, const LqgParams& params);

  std::string name() const override { return "lqg"; }
  void start(const sim::Environment& environment) override;
  void decide(const sim::Environment& environment, const sim::Environment::Rows& actions,
              const sim::Environment::Rows& disturbances) override;
  void learn_of_step(const sim::Environment& environment, const sim::Environment::Rows& actions) override;
  void save(data::StateWriter& writer) const override;
  void restore(data::StateReader& reader) override;

  /// Of the regulator, and of the filter.
  const std::vector<Design>& designs() const { return designs_; }
  /// (row, number), of the states after the last step.
  const sim::Environment::Rows& estimate() const { return estimate_; }

 private:
  Comm comm_;
  sim::RowRange rows_;
  bool is_split_;
  FilterStart start_;
  std::vector<double> mean_;
  RowMap control_;                  // K, with K_t target
  RowMap predict_, act_, correct_;  // A - K_f C, B, K_f
  sim::Environment::Rows estimate_, next_, measured_;
  std::vector<Design> designs_;
};

}  // namespace tessera::learn::control
