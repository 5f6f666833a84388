// Minimisation of the potential energy.
#pragma once

#include <memory>

#include "sim/md/ensembles/coupling.hpp"

namespace tessera::sim::md {

enum class MinimiseMethod { fire, lbfgs };

struct MinimiseParams {
  MinimiseMethod method = MinimiseMethod::fire;
  double force = 1e-6;        ///< the search ends where no particle feels a larger one
  double longest_move = 0.1;  ///< of a particle in a step
};

/// Fast inertial relaxation (Bitzek, Koskinen, Gaehler, Moseler and Gumbsch, Phys. Rev. Lett. 97, 170201 (2006)):
/// dynamics that begin at rest, with velocities that turn towards the forces, and that stop and go on with a shorter
/// step whenever they go uphill. The box stays as it is.
std::unique_ptr<Coupling> make_fire(const MinimiseParams& params);

}  // namespace tessera::sim::md
