// The temperature of now, as observables use it.
#pragma once

#include "sim/md/engine.hpp"

namespace tessera::sim::md {

/// Collective. 2 K / (N_dof k_B) with N_dof = 3 N - 3; costs one pass over the velocities.
double temperature_now(const Engine& engine);

}  // namespace tessera::sim::md
