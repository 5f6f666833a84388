// Thermostats that multiply all velocities by one factor a step.
#pragma once

#include <cstdint>
#include <memory>

#include "sim/md/ensembles/coupling.hpp"
#include "sim/md/ensembles/target.hpp"

namespace tessera::sim::md {

/// Canonical sampling by stochastic velocity rescaling.
std::unique_ptr<Coupling> make_csvr(const RescalingTarget& target, std::uint32_t seed);

/// Nose-Hoover chain on all velocities.
std::unique_ptr<Coupling> make_nose_hoover(const RescalingTarget& target, int length, int parts);

/// Berendsen, Postma, van Gunsteren, DiNola and Haak, J. Chem. Phys. 81, 3684 (1984): for equilibration; kinetic
/// energies are not those of the canonical ensemble.
std::unique_ptr<Coupling> make_berendsen_thermostat(const RescalingTarget& target);

}  // namespace tessera::sim::md
