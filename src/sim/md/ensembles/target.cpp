#include "sim/md/ensembles/target.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/error.hpp"
#include "base/log.hpp"
#include "sim/md/engine.hpp"
#include "sim/velocities.hpp"

namespace tessera::sim::md {

void prepare_to_rescale(Engine& engine, bool stop_drift) {
  const Comm& comm = engine.system().particles.comm();
  const Kinetic before = engine.kinetic();
  // Momentum as large as rounding leaves it is none.
  double momentum2 = 0.0;
  for (const double p : before.momentum) momentum2 += p * p;
  const double mass = total_mass(engine.system().particles, engine.masses());
  const double drift_energy = 0.5 * momentum2 / mass * engine.units().mass_velocity2;
  if (stop_drift && drift_energy > 1e-20 * before.energy) {
    sim::stop_drift(engine.system().particles, engine.masses());
    if (comm.is_root() && drift_energy > 1e-10 * before.energy)
      log::warning(fmt::format(
          "the particles moved as a whole, with {:.3g} of their kinetic energy; a thermostat that multiplies "
          "velocities would heat that motion, and it is stopped",
          drift_energy / before.energy));
  }
  if (!(engine.kinetic().energy > 0.0))
    throw Error::input(
        "the particles are at rest, and a thermostat that multiplies velocities cannot heat them: give "
        "[stage.velocity] a temperature above 0, or use the thermostat \"langevin\"");
}

}  // namespace tessera::sim::md
