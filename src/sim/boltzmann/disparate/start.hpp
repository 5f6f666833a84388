// Distributions at the start.
#pragma once

#include <vector>

#include "sim/boltzmann/disparate/params.hpp"

namespace tessera::sim::boltzmann::disparate {

/// Local. On the grid of its velocities, with the given density, mean velocity and temperature to rounding.
std::vector<double> start_distribution(const GasStart& gas);

/// Local. Share of Maxwellians of this temperature about the mean (beams: about theirs, cooler ones) beyond the grid.
double mass_outside(const GasStart& gas, double temperature);

}  // namespace tessera::sim::boltzmann::disparate
