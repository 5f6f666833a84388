#include "learn/control/lqr.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/agree.hpp"
#include "learn/control/modal_gain.hpp"
#include "learn/control/spectral_modes.hpp"

namespace tessera::learn::control {

using sim::Environment;

namespace {

constexpr std::int64_t most_dense_states = 2000;

}  // namespace

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

Tracker design_dense(const Environment& environment, const std::string& controller, math::UnseenModes unseen) {
  const auto spectral = environment.spectral_model();
  if (spectral) require_reached(*spectral);
  const std::int64_t states = environment.info().num_states;
  if (states > most_dense_states)
    throw Error::input(fmt::format("{} by dense matrices takes hours for the {} states of '{}', expected at most {}{}",
                                   controller, states, environment.info().id, most_dense_states,
                                   spectral ? "; the fast way is not open: " + reason_against_shifts(*spectral) : ""));
  return design_tracker(dense_model_of(environment, controller), unseen);
}

LqrController::LqrController(const Environment& environment, const LqrParams& params) {
  agree(environment.comm(), [&] {
    const auto spectral = environment.spectral_model();
    if (spectral && reason_against_shifts(*spectral).empty()) {
      const auto shifted = shifted_regulator(*spectral);
      design_ = shifted.design;
      feedback_.emplace<ShiftedFeedback>(environment, shifted);
      return;
    }
    if (const auto modal = environment.modal_model()) {
      auto [gain, design] = modal_gain(*modal);
      design_ = std::move(design);
      math::Matrix row(1, static_cast<int>(gain.size()));
      std::copy(gain.begin(), gain.end(), row.data());
      feedback_ = Feedback(environment, row);
      return;
    }
    const auto tracker = design_dense(environment, name(), params.unseen);
    design_ = design_of(tracker.regulator);
    feedback_ = Feedback(environment, tracker.regulator.gain, tracker.offset);
  });
}

void LqrController::decide(const Environment& environment, const Environment::Rows& actions,
                           const Environment::Rows& /*disturbances*/) {
  std::visit([&](const auto& feedback) { feedback.apply(environment, actions); }, feedback_);
}

}  // namespace tessera::learn::control
