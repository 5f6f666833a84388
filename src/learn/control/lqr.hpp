// Linear-quadratic regulators: dense, of partial differential equations that look the same from every actuator, or of
// large systems whose modes are known.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "learn/control/design.hpp"
#include "learn/control/feedback.hpp"
#include "learn/control/params.hpp"
#include "learn/control/shifted_feedback.hpp"
#include "math/control.hpp"
#include "sim/controller.hpp"

namespace tessera::learn::control {

/// Local. The environment's dense linear model; Error (input) "<controller> needs ..." if it has none.
sim::DenseModel dense_model_of(const sim::Environment& environment, const std::string& controller);

/// A regulator, and the constant part of its actions where a target that is not 0 is to be held. The gain that turns
/// targets into actions is formed for those alone: it need not exist.
struct Tracker {
  math::Regulator regulator;
  std::vector<double> offset;  ///< one number an action; empty: 0
};
/// Local. Errors of math::regulator and math::tracking_gain; (input) for a target together with cross weights.
Tracker design_tracker(const sim::DenseModel& model, math::UnseenModes unseen);
Design design_of(const math::Regulator& regulator);

/// Local. design_tracker for an environment; before it, where Fourier modes do not mix, require_reached. Error (input)
/// for more than 2000 states, which take hours.
Tracker design_dense(const sim::Environment& environment, const std::string& controller, math::UnseenModes unseen);

/// u = K x + K_t target: by shifted_regulator where there is no reason against it, by modal_gain where the environment
/// has a modal model, else by design_dense.
class LqrController final : public sim::Controller {
 public:
  /// Collective. Error (input) if the environment is not linear, or too large for a dense design with a reason against
  /// the other one; errors of both.
  LqrController(const sim::Environment& environment, const LqrParams& params);

  std::string name() const override { return "lqr"; }
  void decide(const sim::Environment& environment, const sim::Environment::Rows& actions,
              const sim::Environment::Rows& disturbances) override;
  const Design& design() const { return design_; }

 private:
  std::variant<Feedback, ShiftedFeedback> feedback_;
  Design design_;
};

}  // namespace tessera::learn::control
