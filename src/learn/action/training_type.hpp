// Types of stages that learn from samples of a path.
#pragma once

#include <memory>

#include "sim/sample_source.hpp"
#include "sim/stage.hpp"

namespace tessera::learn::action {

/// action_matching.
std::unique_ptr<sim::StageType> make_action_matching_type(sim::MakeSampleSourceParams make_density);
/// score_matching: the gradient of log q_t, exact or sliced.
std::unique_ptr<sim::StageType> make_score_matching_type(sim::MakeSampleSourceParams make_density);
/// flow_matching: any field that moves samples along their paths.
std::unique_ptr<sim::StageType> make_flow_matching_type(sim::MakeSampleSourceParams make_density);

}  // namespace tessera::learn::action
