#include "math/schur.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "math/lapacke.hpp"
#include "math/linear.hpp"

namespace tessera::math {

namespace {

// LAPACK asks for plain functions; the imaginary axis is judged on a matrix scaled to eigenvalues of at most 1.
int is_marginal_discrete(const double* real, const double* imaginary) {
  return std::abs(std::hypot(*real, *imaginary) - 1.0) <= marginal;
}
int is_marginal_continuous(const double* real, const double*) { return std::abs(*real) <= marginal; }
int is_stable_discrete(const double* real, const double* imaginary, const double* divisor) {
  return std::hypot(*real, *imaginary) < std::abs(*divisor);
}
int is_stable_continuous(const double* real, const double*, const double* divisor) {
  return *divisor != 0.0 && (*real < 0.0) == (*divisor > 0.0) && *real != 0.0;
}

}  // namespace

MarginalSchur marginal_schur(TimeDomain domain, const Matrix& a) {
  const int n = a.rows();
  MarginalSchur schur{a, Matrix(n, n), 0};
  if (n == 0) return schur;
  const double scale = domain == TimeDomain::discrete ? 1.0 : scale_of(eigenvalues(a));
  schur.t *= 1.0 / scale;
  std::vector<double> real(static_cast<std::size_t>(n)), imaginary(real.size());
  const int info = LAPACKE_dgees(
      LAPACK_COL_MAJOR, 'V', 'S', domain == TimeDomain::discrete ? is_marginal_discrete : is_marginal_continuous, n,
      schur.t.data(), n, &schur.num_marginal, real.data(), imaginary.data(), schur.z.data(), n);
  // n + 2: rounding moved an eigenvalue over the border after it had been put in its place, which is good enough.
  if (info != 0 && info != n + 2) throw Error::numeric(fmt::format("the Schur form of {} fails ({})", shape(a), info));
  schur.t *= scale;
  return schur;
}

StableSubspace stable_subspace(TimeDomain domain, const Matrix& h, const Matrix& j) {
  const int n = h.rows();
  StableSubspace subspace;
  if (n == 0) return subspace;
  Matrix left = h, right = j, vectors(n, n);
  const auto size = static_cast<std::size_t>(n);
  std::vector<double> real(size), imaginary(size), divisor(size);
  const int info = LAPACKE_dgges(LAPACK_COL_MAJOR, 'N', 'V', 'S',
                                 domain == TimeDomain::discrete ? is_stable_discrete : is_stable_continuous, n,
                                 left.data(), n, right.data(), n, &subspace.num_stable, real.data(), imaginary.data(),
                                 divisor.data(), nullptr, 1, vectors.data(), n);
  if (info != 0 && info != n + 2)
    throw Error::numeric(fmt::format("the ordered Schur form of a {} pencil fails ({})", shape(h), info));
  const double none_h = 1e-14 * frobenius_norm(h), none_j = 1e-14 * frobenius_norm(j);
  for (std::size_t i = 0; i < size; ++i) {
    const double modulus = std::hypot(real[i], imaginary[i]);
    subspace.is_singular = subspace.is_singular || (modulus <= none_h && std::abs(divisor[i]) <= none_j);
    subspace.values.push_back(divisor[i] == 0.0
                                  ? std::complex<double>(std::numeric_limits<double>::infinity(), 0.0)
                                  : std::complex<double>(real[i] / divisor[i], imaginary[i] / divisor[i]));
  }
  subspace.basis = vectors.columns(0, subspace.num_stable);
  return subspace;
}

}  // namespace tessera::math
