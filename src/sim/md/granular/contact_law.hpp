// The force between two grains that overlap: Hooke's law with damping, and friction with a memory.
#pragma once

#include "base/kokkos.hpp"

namespace tessera::sim::md {

/// Damping is per reduced mass, already times the energy of mass * velocity^2.
struct ContactLaw {
  double stiffness = 0.0, damping = 0.0;
  double tangential_stiffness = 0.0, tangential_damping = 0.0;
  double friction = 0.0;
};

/// Of a grain i that touches j.
struct Touch {
  double normal[3];  ///< (x_i - x_j) / |x_i - x_j|
  double overlap;    ///< r_i + r_j - |x_i - x_j|
  double reduced_mass;
  double velocity_normal;   ///< (v_i - v_j) . normal
  double slip_velocity[3];  ///< of i's surface over j's, in the tangent plane
};

struct ContactForce {
  double normal, tangential[3];  ///< force on i: normal * n + tangential
  double energy;                 ///< of the two springs
};

/// xi: how far i's surface has slipped over j's, brought up to date by dt. It is turned into the present tangent plane
/// by leaving out what points along the normal, and where friction gives way it is what the spring can hold:
/// F_t = -(k_t xi + m gamma_t v_t), |F_t| <= mu |F_n|.
KOKKOS_INLINE_FUNCTION ContactForce contact_force(const ContactLaw& law, const Touch& touch, double dt,
                                                  double (&xi)[3]) {
  ContactForce force{};
  force.normal = law.stiffness * touch.overlap - touch.reduced_mass * law.damping * touch.velocity_normal;
  double along = 0.0;
  for (int c = 0; c < 3; ++c) {
    xi[c] += dt * touch.slip_velocity[c];
    along += xi[c] * touch.normal[c];
  }
  const double friction = touch.reduced_mass * law.tangential_damping;
  double pull2 = 0.0;
  for (int c = 0; c < 3; ++c) {
    xi[c] -= along * touch.normal[c];
    force.tangential[c] = -(law.tangential_stiffness * xi[c] + friction * touch.slip_velocity[c]);
    pull2 += force.tangential[c] * force.tangential[c];
  }
  const double most = law.friction * kmath::fabs(force.normal);
  if (pull2 > most * most) {
    const double scale = most / kmath::sqrt(pull2);
    for (int c = 0; c < 3; ++c) {
      force.tangential[c] *= scale;
      xi[c] = law.tangential_stiffness > 0.0
                  ? -(force.tangential[c] + friction * touch.slip_velocity[c]) / law.tangential_stiffness
                  : 0.0;
    }
  }
  double stretch2 = 0.0;
  for (int c = 0; c < 3; ++c) stretch2 += xi[c] * xi[c];
  force.energy = 0.5 * (law.stiffness * touch.overlap * touch.overlap + law.tangential_stiffness * stretch2);
  return force;
}

}  // namespace tessera::sim::md
