// What acts in a stage, as its deck chooses it: [[stage.controller]].
#pragma once

#include <string>
#include <vector>

#include "learn/control/params.hpp"
#include "sim/environment_stage.hpp"
#include "sim/excitation.hpp"
#include "sim/stage.hpp"

namespace tessera::learn::control {

enum class ControllerKind { zero, sinusoids, waves, file, lqr, lqg, robust, ppo };

/// One controller: its kind, and the table of that kind.
struct ControllerParams {
  ControllerKind kind = ControllerKind::zero;
  sim::ExcitationParams excitation;
  LqrParams lqr;
  LqgParams lqg;
  RobustParams robust;
  std::string model, data;  ///< of ppo: a file, or the stage that trained it
};
void bind(deck::Binder& binder, ControllerParams& params);

/// Whether it does so in each step, of a state that is spread over ranks.
bool sums_over_ranks(const ControllerParams& params);

/// Names of earlier stages that these controllers come from.
std::vector<std::string> stages_used_by(const std::vector<ControllerParams>& controllers);

/// Local. What makes it for an environment, and tells the log what was designed.
sim::ActionSource make_source(const ControllerParams& params, const sim::StageContext& context);

}  // namespace tessera::learn::control
