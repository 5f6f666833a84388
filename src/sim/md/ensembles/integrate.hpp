// Kicks and drifts of velocity Verlet, on owned rows.
#pragma once

#include "base/kokkos.hpp"
#include "data/deformation.hpp"
#include "data/particles.hpp"

namespace tessera::sim::md {

/// v += dt/2 f / m, then x += dt v. `factor` is 1 / (mass * mass_velocity2) by type.
void kick_and_drift(const data::Particles& particles, const Array1<double>& factor, double dt);

struct Motion {
  double displacement2 = 0.0;  ///< largest squared distance from the place at the last list build
  double step2 = 0.0;          ///< largest squared length of the next drift
};

/// v += dt/2 f / m; returns what the next kick and drift will do: exactly the arithmetic of kick_and_drift.
Motion kick(const data::Particles& particles, const Array1<double>& factor, double dt);
/// The same look ahead without the kick.
Motion look_ahead(const data::Particles& particles, const Array1<double>& factor, double dt);

/// The parts of kick_and_drift by themselves: v += dt/2 f / m.
void half_kick(const data::Particles& particles, const Array1<double>& factor, double dt);
/// x += dt v. Returns the largest squared distance that a particle of this rank has gone.
double drift(const data::Particles& particles, double dt);

/// v = factor v
void scale_velocities(const data::Particles& particles, double factor);
/// v = map v
void map_velocities(const data::Particles& particles, const data::Matrix3& map);
/// x = origin + map (x - origin)
void map_positions(const data::Particles& particles, const data::Vec3& origin, const data::Matrix3& map);

/// Largest squared distance, on this rank, of a particle from where the box would have taken it since lists were built.
double displacement2(const data::Particles& particles, const data::Box& built, const data::Box& now);

}  // namespace tessera::sim::md
