// The stage of linear kinetic equations.
#pragma once

#include <memory>

#include "sim/stage.hpp"

namespace tessera::sim::boltzmann::diffusive {

/// For the registry: "linear_kinetic".
std::unique_ptr<StageType> make_linear_kinetic_type();

}  // namespace tessera::sim::boltzmann::diffusive
