// Collisions within one species, by the method that parameters name.
#pragma once

#include <memory>

#include "base/comm.hpp"
#include "sim/boltzmann/collision_operator.hpp"
#include "sim/boltzmann/collisions/spectral_params.hpp"
#include "sim/gas.hpp"

namespace tessera::sim::boltzmann {

/// Collective. B per steradian, in two dimensions per radian. The grid of `params` is not read. Throws Error (input)
/// where kernel, grid, rules and method do not go together. Arrays that it is given begin at multiples of 16 bytes; a
/// cell without particles stays as it is; Error (numeric) for a cell of negative density or temperature.
std::unique_ptr<CollisionOperator> make_collision_operator(const Comm& comm, const CollisionKernel& kernel, double mass,
                                                           const VelocityGrid& grid, const SpectralParams& params);

}  // namespace tessera::sim::boltzmann
