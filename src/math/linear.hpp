// Systems of linear equations and eigenvalues of small dense matrices.
#pragma once

#include <complex>
#include <string>
#include <vector>

#include "math/matrix.hpp"

namespace tessera::math {

/// x of a x = b by LU with partial pivoting. Error (numeric) "<name> is singular (reciprocal condition ...)" where the
/// reciprocal condition number, after scaling of rows and columns, is below `least`.
Matrix solve(const Matrix& a, const Matrix& b, const std::string& name, double least = 1e-15);

/// Eigenvalues in no particular order; Error (numeric) if they do not converge.
std::vector<std::complex<double>> eigenvalues(const Matrix& a);
/// Of a symmetric matrix (its lower half is read), ascending.
std::vector<double> symmetric_eigenvalues(const Matrix& a);
/// Likewise; column k of `vectors` has norm 1 and goes with value k.
struct SymmetricEigen {
  std::vector<double> values;
  Matrix vectors;
};
SymmetricEigen symmetric_eigenvectors(const Matrix& a);
double spectral_radius(const Matrix& a);    ///< largest modulus of an eigenvalue; 0 for no rows
double spectral_abscissa(const Matrix& a);  ///< largest real part of an eigenvalue; -infinity for no rows

/// Orthonormal columns that span the right singular vectors of a whose values are at most `tolerance`.
Matrix null_space(const Matrix& a, double tolerance);
/// a = v diag(d) v' symmetric, pseudo-inverted: eigenvalues below `tolerance` times the largest count as 0.
Matrix symmetric_pseudo_inverse(const Matrix& a, double tolerance);
/// v diag(d^1/2) v' of the same; negative eigenvalues count as 0.
Matrix symmetric_root(const Matrix& a);

}  // namespace tessera::math
