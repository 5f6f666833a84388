// What a gas has as a whole.
#pragma once

#include <vector>

#include "sim/dsmc/simulation.hpp"

namespace tessera::sim::dsmc {

/// Of a species; zero where there is none of it.
struct SpeciesTotals {
  double particles = 0.0;                      ///< simulated
  double momentum[3] = {}, energy = 0.0;       ///< of the real particles that they stand for
  double velocity[3] = {}, temperature = 0.0;  ///< mean; m <c^2>/(3 k), c the velocity less the mean
  double fourth_moment = 0.0;                  ///< m^2 <c^4>/(15 k^2 T^2): 1 for a Maxwellian
};

/// Collective. The same on any number of ranks.
std::vector<SpeciesTotals> measure(const Simulation& simulation);

}  // namespace tessera::sim::dsmc
