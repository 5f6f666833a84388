// Spectral collisions for the stage of velocity distributions.
#pragma once

#include <memory>

#include "sim/boltzmann/collision_family.hpp"

namespace tessera::sim::boltzmann {

/// For the registry: [stage.collisions] has the keys of bind_accuracy().
std::shared_ptr<const CollisionFamily> make_spectral_family();

}  // namespace tessera::sim::boltzmann
