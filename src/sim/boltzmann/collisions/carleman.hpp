// Internal to collision operators: the factors of Carleman's form.
#pragma once

#include <vector>

#include "sim/boltzmann/collisions/pair_operator.hpp"

namespace tessera::sim::boltzmann {

/// phi(s) and psi(s) of velocities up to `reach` in each of the two orthogonal directions.
double carleman_along(int dimensions, double reach, double s);
double carleman_across(int dimensions, double reach, double s);

/// phi and psi of every mode in one of each two opposite directions, which all pairs of species share.
struct CarlemanWeights {
  /// Throws Error (input) for a rule that is not antipodal, or weights that exceed this host's memory.
  CarlemanWeights(const Spectrum& spectrum, double reach, const math::DirectionRule& rule);

  std::vector<double> along, across;  ///< [directions][size]
  std::vector<double> loss;           ///< [num_half]: their products, summed over all directions
};

}  // namespace tessera::sim::boltzmann
