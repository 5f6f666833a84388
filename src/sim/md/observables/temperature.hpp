// The temperature of now, as observables use it.
#pragma once

#include "sim/md/engine.hpp"

namespace tessera::sim::md {

/// Collective. 2 K / (N_dof k_B) with the degrees of freedom that the engine has; costs one pass over the velocities.
double temperature_now(const Engine& engine);

}  // namespace tessera::sim::md
