// The stage of velocity distributions: kinetic equations of gases in up to three dimensions of space.
#pragma once

#include <memory>

#include "sim/boltzmann/collision_family.hpp"
#include "sim/stage.hpp"

namespace tessera::sim::boltzmann {

/// For the registry: "boltzmann". `collisions` evaluates the collision integral where a deck asks for it; without one
/// there are relaxation models alone.
std::unique_ptr<StageType> make_boltzmann_type(std::shared_ptr<const CollisionFamily> collisions = nullptr);

}  // namespace tessera::sim::boltzmann
