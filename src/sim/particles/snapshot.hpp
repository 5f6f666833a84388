// An ensemble in the form of a system of particles in space, for files and other stages.
#pragma once

#include "data/system.hpp"
#include "sim/particles/ensemble.hpp"

namespace tessera::sim::particles {

/// Collective. A copy, of three dimensions: those that an ensemble of fewer lacks are 0. The box is that of the
/// ensemble, or one around all particles.
data::System snapshot_of(const Ensemble& ensemble, double mass);

/// Bytes of one particle in it.
double snapshot_bytes_per_particle(const LangevinParams& params);

}  // namespace tessera::sim::particles
