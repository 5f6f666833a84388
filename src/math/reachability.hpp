// Which modes of a linear system its inputs reach, and which its outputs see.
#pragma once

#include <complex>
#include <vector>

#include "math/matrix.hpp"
#include "math/time_domain.hpp"

namespace tessera::math {

enum class Modes {
  unstable,   ///< marginal ones and beyond
  on_border,  ///< marginal ones
  all,
};

/// Eigenvalues lambda of a, of that kind, that no column of b reaches: rank [a - lambda I, b] < rows (test of Popov,
/// Belevitch and Hautus), by the least singular value, for columns of b of length one times the norm of a, against the
/// rounding error of that norm. Of conjugate pairs the upper one. One singular value decomposition an eigenvalue:
/// O(n^4) where all are of that kind.
std::vector<std::complex<double>> unreachable_modes(TimeDomain domain, const Matrix& a, const Matrix& b, Modes which);

/// Orthonormal columns that span the marginal modes of a (with their chains) that c does not see: a maps their span
/// into itself, and c maps it to 0.
Matrix unseen_marginal_space(TimeDomain domain, const Matrix& a, const Matrix& c);

}  // namespace tessera::math
