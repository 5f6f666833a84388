// The stage of Langevin particles.
#pragma once

#include <memory>

#include "sim/stage.hpp"

namespace tessera::sim::particles {

/// For the registry: "langevin".
std::unique_ptr<StageType> make_langevin_type();

}  // namespace tessera::sim::particles
