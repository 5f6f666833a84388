// The temperature of now, as observables use it.
#pragma once

#include <vector>

#include "sim/md/engine.hpp"

namespace tessera::sim::md {

/// Collective. 2 K / (N_dof k_B) with the degrees of freedom that the engine has; costs one pass over the velocities.
double temperature_now(const Engine& engine);

/// Collective. The kinetic temperatures 2 K_a / (f_a k_B) of the types; 0 of those without particles. What is taken
/// from the 3 N degrees of freedom is shared by mass, f_a = 3 N_a - (3 N - N_dof) M_a / M: particles at one temperature
/// without total momentum have <m v^2> = 3 k_B T (1 - m/M), so that all types have that of all. The f_a add up to
/// N_dof.
std::vector<double> temperatures_by_type(const Engine& engine);

}  // namespace tessera::sim::md
