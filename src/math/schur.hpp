// Schur forms whose leading part belongs to chosen eigenvalues: invariant subspaces by orthogonal transformations.
#pragma once

#include <complex>
#include <vector>

#include "math/matrix.hpp"
#include "math/time_domain.hpp"

namespace tessera::math {

/// a = z t z', t quasi upper triangular, the marginal eigenvalues first.
struct MarginalSchur {
  Matrix t, z;
  int num_marginal = 0;
};
MarginalSchur marginal_schur(TimeDomain domain, const Matrix& a);

/// The deflating subspace of h z = lambda j z for the eigenvalues strictly inside the stable region: orthonormal
/// columns, `num_stable` of them, and all eigenvalues (infinite ones as such). `is_singular`: some eigenvalue is 0/0,
/// so every number is one.
struct StableSubspace {
  Matrix basis;
  int num_stable = 0;
  std::vector<std::complex<double>> values;
  bool is_singular = false;
};
/// Error (numeric) if the QZ iteration fails.
StableSubspace stable_subspace(TimeDomain domain, const Matrix& h, const Matrix& j);

}  // namespace tessera::math
