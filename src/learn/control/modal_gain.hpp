// Regulators of large systems whose modes are known.
#pragma once

#include <vector>

#include "learn/control/design.hpp"
#include "sim/linear_model.hpp"

namespace tessera::learn::control {

/// u = gain x.
struct ModalGain {
  std::vector<double> gain;
  Design design;
};

/// By math::modal_regulator, whose errors it has. The residual is that of the Riccati equation in the state x, not in
/// its modes: an upper bound of the Frobenius norm of what is left of it, over a lower bound of twice the norm of P.
ModalGain modal_gain(const sim::ModalModel& model);

}  // namespace tessera::learn::control
