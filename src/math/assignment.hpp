// Pairs of least total cost.
#pragma once

#include <vector>

#include "math/matrix.hpp"

namespace tessera::math {

/// Local. The row of each column of a square matrix, each row once, such that the costs found there have the least sum
/// (R. Jonker and A. Volgenant, Computing 38, 325 (1987)). Time n^3 at worst, mostly far less. Throws Error (internal)
/// unless the matrix is square, (numeric) if it has numbers that are not finite.
std::vector<int> assignment(const Matrix& cost);

}  // namespace tessera::math
