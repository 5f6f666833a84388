// Minimisation of the potential energy by a quasi-Newton method of limited memory.
#pragma once

#include <memory>

#include "sim/md/ensembles/coupling.hpp"
#include "sim/md/ensembles/fire.hpp"

namespace tessera::sim::md {

/// L-BFGS (Nocedal and Wright, Numerical Optimization, 2nd ed., algorithm 7.4) with the line search of More and Thuente
/// from PETSc's TAO (math/line_search.hpp); a step is one line search, of one or more evaluations of all forces. What
/// it remembers stays with the particles: it moves with them between ranks and goes into checkpoints, and as all sums
/// are exact, any number of ranks goes the same way. Where a line promises less energy than its rounding, forces alone
/// are looked at. The box stays as it is. Throws Error (numeric) where no line leads down any more.
std::unique_ptr<Coupling> make_lbfgs(const MinimiseParams& params);

/// That it keeps for a particle.
double lbfgs_bytes();

}  // namespace tessera::sim::md
