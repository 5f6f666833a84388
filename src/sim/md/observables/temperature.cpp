#include "sim/md/observables/temperature.hpp"

#include "sim/md/ensembles/integrate.hpp"
#include "sim/md/velocities.hpp"

namespace tessera::sim::md {

double temperature_now(const Engine& engine) {
  MotionSums sums = motion_sums(engine.system().particles, engine.masses());
  all_reduce(engine.tiling().comm(), sums.part, 3);
  ExactSum twice_kinetic;
  for (int c = 0; c < 3; ++c) twice_kinetic += sums.part[c];
  const double freedom = degrees_of_freedom(engine.num_global());
  const auto& units = engine.units();
  return freedom > 0.0 ? twice_kinetic.value() * units.mass_velocity2 / (freedom * units.boltzmann) : 0.0;
}

}  // namespace tessera::sim::md
