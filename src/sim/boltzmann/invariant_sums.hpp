// Internal to moments and conservation: sums of the functions that collisions keep.
#pragma once

#include <span>

#include "sim/boltzmann/velocity_grid.hpp"

namespace tessera::sim::boltzmann {

/// 1, u c_d for each direction, and u^2 |c|^2 - d, c the velocity relative to a given one and u a given unit: with u^-2
/// the variance of a Maxwellian they are nearly orthogonal for it.
constexpr int max_invariants = 5;

struct InvariantSums {
  double gram[max_invariants][max_invariants] = {};  ///< sum_v weight phi_i phi_j, j <= i
  double sums[max_invariants] = {};                  ///< sum_v values phi_i
};
/// Local. Row by row along the last direction, whose powers are summed.
InvariantSums invariant_sums(const VelocityGrid& grid, const double (&velocity)[3], double unit,
                             std::span<const double> weight, std::span<const double> values);

/// Local. values += weight sum_i coefficients[i] phi_i.
void add_invariants(const VelocityGrid& grid, const double (&velocity)[3], double unit,
                    const double (&coefficients)[max_invariants], std::span<const double> weight,
                    std::span<double> values);

}  // namespace tessera::sim::boltzmann
