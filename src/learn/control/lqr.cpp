#include "learn/control/lqr.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/agree.hpp"

namespace tessera::learn::control {

using sim::Environment;

sim::DenseModel dense_model_of(const Environment& environment, const std::string& controller) {
  auto model = environment.dense_model();
  if (!model)
    throw Error::input(
        fmt::format("{} needs a linear environment whose matrices fit into memory; '{}' with {} states is none",
                    controller, environment.info().id, environment.info().num_states));
  return *std::move(model);
}

Tracker design_tracker(const sim::DenseModel& model, math::UnseenModes unseen) {
  Tracker tracker{math::regulator(model.a, model.b2, model.q, model.r, model.s, unseen), {}};
  const auto& target = model.target;
  if (std::all_of(target.begin(), target.end(), [](double value) { return value == 0.0; })) return tracker;
  if (!model.s.empty() && math::largest(model.s) > 0.0)
    throw Error::input("a target with a cost that has cross weights S; the regulator of a target needs S = 0");
  const auto gain = math::tracking_gain(model.a, model.b2, model.q, model.r, tracker.regulator);
  tracker.offset.assign(static_cast<std::size_t>(gain.rows()), 0.0);
  for (int j = 0; j < gain.cols(); ++j)
    for (int i = 0; i < gain.rows(); ++i)
      tracker.offset[static_cast<std::size_t>(i)] += gain(i, j) * target[static_cast<std::size_t>(j)];
  return tracker;
}

Design design_of(const math::Regulator& regulator) {
  return {"regulator", regulator.residual, regulator.closed_loop_radius};
}

LqrController::LqrController(const Environment& environment, const LqrParams& params) {
  agree(environment.comm(), [&] {
    const auto tracker = design_tracker(dense_model_of(environment, "lqr"), params.unseen);
    design_ = design_of(tracker.regulator);
    feedback_ = Feedback(environment, tracker.regulator.gain, tracker.offset);
  });
}

void LqrController::decide(const Environment& environment, const Environment::Rows& actions,
                           const Environment::Rows& /*disturbances*/) {
  feedback_.apply(environment, actions);
}

}  // namespace tessera::learn::control
