#include "sim/md/observables/temperature.hpp"

namespace tessera::sim::md {

double temperature_now(const Engine& engine) {
  const double freedom = engine.degrees_of_freedom();
  return freedom > 0.0 ? 2.0 * engine.kinetic().energy / (freedom * engine.units().boltzmann) : 0.0;
}

}  // namespace tessera::sim::md
