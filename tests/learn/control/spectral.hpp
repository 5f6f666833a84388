// The linear partial differential equations of controlgym as models, from their formulas.
#pragma once

#include <cstdint>

#include "sim/linear_model.hpp"

namespace tessera::test {

/// Grid and actuators that all have in common.
struct PdeSetting {
  std::int64_t num_points = 200;
  std::int64_t num_actions = 8;
  double width = 0.1;  ///< of an actuator, over the length of the domain
  double length = 1.0, sample_time = 0.1;
  std::int64_t num_sensors = 10;
};

/// u_t = D u_xx - c u_x + r u
sim::SpectralModel convection_diffusion_reaction(const PdeSetting& setting, double diffusivity = 0.002,
                                                 double velocity = 0.1, double reaction = 0.1);
/// u_tt = c^2 u_xx, fields u and u_t
sim::SpectralModel wave(const PdeSetting& setting, double speed = 0.1);
/// i psi_t = -psi_xx/2 + V psi, fields Re and Im
sim::SpectralModel schrodinger(const PdeSetting& setting, double potential = 0.0);

/// The same with matrices.
sim::DenseModel dense(const sim::SpectralModel& model);

}  // namespace tessera::test
