// Maxwell-Boltzmann velocities, and motion of all particles together that is no heat.
#pragma once

#include <cstdint>

#include "base/sum.hpp"
#include "base/units.hpp"
#include "data/system.hpp"

namespace tessera::sim {

/// Of this rank: sum m v (x) v (xx yy zz xy xz yz), then sum m v (x y z).
using MotionSums = ExactSums<9>;
MotionSums motion_sums(const data::Particles& particles, const Array1<double>& mass);

/// 3 N - 3: the total momentum is no heat. Otherwise less by what is `taken` from 3 N. At least 0.
double degrees_of_freedom(std::int64_t num_particles, std::int64_t taken = 3);

/// Collective. Mass of all particles; takes away the velocity of their centre of mass.
double total_mass(const data::Particles& particles, const Array1<double>& mass);
void stop_drift(const data::Particles& particles, const Array1<double>& mass);
/// Collective. Likewise with the masses of the species; nothing where there are no velocities.
void stop_drift(data::System& system);

/// Masses of the species on the device, by type.
Array1<double> masses_by_type(const data::System& system);

/// Collective. Normal velocities of variance k_B T / m by seed and id, without total momentum, scaled to exactly the
/// temperature 2 K / ((3 N - 3) k_B); the same on any number of ranks. Where the particles are a molecule by itself its
/// rotation is stopped as well, and there are 3 N - 6. The column `velocity` is added where missing. Throws Error
/// (input) for a temperature above zero that so few particles cannot have.
void draw_velocities(data::System& system, const Units& units, double temperature, std::uint32_t seed,
                     bool stops_rotation = false);

}  // namespace tessera::sim
