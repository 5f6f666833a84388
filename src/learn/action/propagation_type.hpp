// The type of stages that move new particles by a trained model.
#pragma once

#include <memory>

#include "sim/sample_source.hpp"
#include "sim/stage.hpp"

namespace tessera::learn::action {

/// propagate.
std::unique_ptr<sim::StageType> make_propagate_type(sim::MakeSampleSourceParams make_density);

}  // namespace tessera::learn::action
