// Canonical sampling by stochastic velocity rescaling (Bussi, Donadio and Parrinello, J. Chem. Phys. 126, 014101
// (2007)), for whoever has a kinetic energy.
#pragma once

#include <cstdint>

#include "base/random.hpp"

namespace tessera::sim {

/// What is drawn in a step: a normal number, and the sum of N_f - 1 squares of others.
struct CsvrDraw {
  double normal = 0.0, other_squares = 0.0;
};
/// Of this step; the same for all who ask. Draws of id 0 are used.
CsvrDraw draw_csvr(double freedom, const Random& random, std::uint64_t step);

/// Eq. A7 with the sign of A8: `kinetic` > 0 now, `target` = N_f k_B T / 2, `decay` = exp(-dt / tau). Negative, once in
/// a while, where few degrees of freedom are strongly coupled; its magnitude serves where velocities must not turn.
double csvr_factor(double kinetic, double target, double freedom, double decay, const CsvrDraw& draw);
/// With the numbers of a step.
double csvr_factor(double kinetic, double target, double freedom, double decay, const Random& random,
                   std::uint64_t step);

}  // namespace tessera::sim
