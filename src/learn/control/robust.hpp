// Regulators against disturbances: least H2 norm, and H-infinity.
#pragma once

#include <string>

#include "learn/control/design.hpp"
#include "learn/control/feedback.hpp"
#include "learn/control/params.hpp"
#include "sim/controller.hpp"

namespace tessera::learn::control {

/// u = gain x and, if it plays both sides, w = worst_disturbance x (math::robust_regulator), of environments that have
/// a disturbance and an output.
class RobustController final : public sim::Controller {
 public:
  /// Collective. Error (input) if the environment has no dense model or no disturbance; errors of
  /// math::robust_regulator and math::h2_regulator.
  RobustController(const sim::Environment& environment, const RobustParams& params);

  std::string name() const override { return is_h2_ ? "h2" : "hinf"; }
  void decide(const sim::Environment& environment, const sim::Environment::Rows& actions,
              const sim::Environment::Rows& disturbances) override;
  bool gives_disturbances() const override { return plays_disturbance_; }
  /// Margins of the saddle point: least eigenvalues of P, of D12'D12 + B2'PB2 and of gamma^2 - D11'D11 - B1'PB1, and
  /// how far inside the unit circle the loop stays under the worst disturbance.
  const Design& design() const { return design_; }

 private:
  bool is_h2_, plays_disturbance_;
  Feedback control_, disturbance_;
  Design design_;
};

}  // namespace tessera::learn::control
