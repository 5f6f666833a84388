#include "learn/control/robust.hpp"

#include <fmt/core.h>

#include "base/agree.hpp"
#include "learn/control/lqr.hpp"
#include "math/control.hpp"

namespace tessera::learn::control {

using sim::Environment;

RobustController::RobustController(const Environment& environment, const RobustParams& params)
    : is_h2_(!params.gamma), plays_disturbance_(params.plays_disturbance) {
  agree(environment.comm(), [&] {
    const auto model = dense_model_of(environment, name());
    if (!model.has_disturbance)
      throw Error::input(fmt::format("{} needs an environment with a disturbance and an output; '{}' has none", name(),
                                     environment.info().id));
    if (is_h2_ && plays_disturbance_)
      throw Error::input("there is a worst disturbance only at a finite gamma: give gamma");
    const math::Plant plant{model.a, model.b1, model.b2, model.c1, model.d11, model.d12};
    if (is_h2_) {
      const auto found = math::h2_regulator(plant, params.unseen);
      control_ = Feedback(environment, found.gain);
      design_ = design_of(found);
      return;
    }
    const auto found = math::robust_regulator(plant, *params.gamma, params.unseen);
    control_ = Feedback(environment, found.gain);
    if (plays_disturbance_) {
      const double sign = params.fidelity == sim::Fidelity::corrected ? 1.0 : -1.0;
      disturbance_ = Feedback(environment, sign * found.worst_disturbance);
    }
    design_ = {"regulator",
               found.residual,
               found.closed_loop_radius,
               {{"value", found.riccati_margin},
                {"control", found.control_margin},
                {"disturbance", found.disturbance_margin},
                {"worst case", 1.0 - found.worst_case_radius}}};
  });
}

void RobustController::decide(const Environment& environment, const Environment::Rows& actions,
                              const Environment::Rows& disturbances) {
  control_.apply(environment, actions);
  if (plays_disturbance_) disturbance_.apply(environment, disturbances);
}

}  // namespace tessera::learn::control
