// Rotation of all particles together about their centre of mass: of a molecule by itself.
#pragma once

#include "data/system.hpp"

namespace tessera::sim {

/// In the units of positions, velocities and masses of the species.
struct Rotation {
  double mass = 0.0;
  data::Vec3 centre{0.0, 0.0, 0.0};    ///< of mass
  data::Vec3 momentum{0.0, 0.0, 0.0};  ///< angular, about the centre, sum m rho x v
  double inertia[3][3] = {};           ///< sum m (|rho|^2 1 - rho rho^T)

  /// Angular velocity: the pseudo-inverse of the inertia times the momentum, so that particles on a line do not turn
  /// about it.
  data::Vec3 velocity() const;
};

/// Collective. Of positions that image flags have made whole; the same on any number of ranks.
Rotation find_rotation(const data::System& system);

/// Collective. Takes it away: v - omega x rho. The total momentum stays.
void stop_rotation(const data::System& system);

}  // namespace tessera::sim
