// Optimal transport between two sets of samples that fit on one rank: exact, and thus for some thousands of them.
#pragma once

#include <vector>

#include "math/matrix.hpp"

namespace tessera::math {

/// Samples on one rank. Weights have any positive sum; none: all are equal.
struct Cloud {
  int dimension = 1;
  std::vector<double> positions;  ///< sample by sample
  std::vector<double> weights;

  int size() const { return static_cast<int>(positions.size()) / dimension; }
};

enum class GroundCost { distance, squared_distance };

/// |x_i - y_j| or its square.
Matrix pair_costs(const Cloud& x, const Cloud& y, GroundCost cost);

/// Local. The least cost of moving the mass `from` of the rows of a matrix to the masses `to` of its columns (both have
/// the same sum, up to rounding), cost(i, j) for a unit, divided by the whole mass. Network simplex of LEMON, in whole
/// numbers: masses are right to 2^-60 of the whole one, the cost to 2^-45 of the largest of the matrix. About 80 bytes
/// of memory for each element. Throws Error (internal) if shapes do not fit, (input) if masses are negative or all
/// zero.
double transport_cost(const Matrix& cost, const std::vector<double>& from, const std::vector<double>& to);

/// Local. Wasserstein distance of order 1 or 2 over Euclidean distances: by the best pairs if both have as many samples
/// and no weights, else by transport_cost. Throws Error (input) if there are no samples or dimensions differ.
double wasserstein(const Cloud& x, const Cloud& y, int order);

}  // namespace tessera::math
