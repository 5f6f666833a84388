// Langevin dynamics between drifts: friction and noise on every velocity.
#pragma once

#include <memory>

#include "sim/md/ensembles/coupling.hpp"
#include "sim/md/ensembles/target.hpp"

namespace tessera::sim::md {

/// dv = -friction v dt + sqrt(2 friction k_B T / m) dW, solved exactly over a whole step between two half drifts: BAOAB
/// of Leimkuhler and Matthews, Appl. Math. Res. Express 2013, 34. Its energy is that of Bussi and Parrinello, Phys.
/// Rev. E 75, 056707 (2007). Noise is keyed by particle and step. Momentum is not conserved: there are 3 N degrees of
/// freedom.
std::unique_ptr<Coupling> make_langevin(const Ramp& temperature, double friction, std::uint32_t seed);

}  // namespace tessera::sim::md
