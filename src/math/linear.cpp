#include "math/linear.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "math/lapacke.hpp"

namespace tessera::math {

Matrix solve(const Matrix& a, const Matrix& b, const std::string& name, double least) {
  const int n = a.rows();
  if (!a.is_square() || b.rows() != n)
    throw Error::internal(fmt::format("{}: {} cannot be solved for {}", name, shape(a), shape(b)));
  Matrix x(n, b.cols());
  if (x.empty()) return x;
  Matrix scaled = a, factors(n, n), right = b;
  const auto size = static_cast<std::size_t>(n), columns = static_cast<std::size_t>(b.cols());
  std::vector<int> pivots(size);
  std::vector<double> row_scale(size), column_scale(size), forward(columns), backward(columns);
  double condition = 0.0, growth = 0.0;
  char equilibrated = 'N';
  const int info = LAPACKE_dgesvx(LAPACK_COL_MAJOR, 'E', 'N', n, b.cols(), scaled.data(), n, factors.data(), n,
                                  pivots.data(), &equilibrated, row_scale.data(), column_scale.data(), right.data(), n,
                                  x.data(), n, &condition, forward.data(), backward.data(), &growth);
  if (info < 0) throw Error::numeric(fmt::format("{}: its numbers or those beside it are not finite", name));
  if ((info > 0 && info <= n) || !(condition >= least))
    throw Error::numeric(fmt::format("{} is singular (reciprocal condition {:.1e})", name, condition));
  return x;
}

std::vector<std::complex<double>> eigenvalues(const Matrix& a) {
  if (!a.is_square()) throw Error::internal(fmt::format("a matrix of {} has no eigenvalues", shape(a)));
  const int n = a.rows();
  const auto size = static_cast<std::size_t>(n);
  std::vector<double> real(size), imaginary(size);
  if (n > 0) {
    Matrix work = a;
    const int info = LAPACKE_dgeev(LAPACK_COL_MAJOR, 'N', 'N', n, work.data(), n, real.data(), imaginary.data(),
                                   nullptr, 1, nullptr, 1);
    if (info != 0) throw Error::numeric(fmt::format("eigenvalues of a {} matrix do not converge ({})", shape(a), info));
  }
  std::vector<std::complex<double>> values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = {real[i], imaginary[i]};
  return values;
}

namespace {

/// Ascending; the columns of `a` become the eigenvectors if asked for.
std::vector<double> symmetric_problem(Matrix& a, bool vectors) {
  if (!a.is_square()) throw Error::internal(fmt::format("a matrix of {} has no eigenvalues", shape(a)));
  std::vector<double> values(static_cast<std::size_t>(a.rows()));
  if (a.empty()) return values;
  const int info =
      LAPACKE_dsyev(LAPACK_COL_MAJOR, vectors ? 'V' : 'N', 'L', a.rows(), a.data(), a.rows(), values.data());
  if (info != 0) throw Error::numeric(fmt::format("eigenvalues of a {} matrix do not converge ({})", shape(a), info));
  return values;
}

/// v diag(d) v'
Matrix composed(const Matrix& vectors, const std::vector<double>& values) {
  Matrix scaled = vectors;
  for (int j = 0; j < scaled.cols(); ++j)
    for (int i = 0; i < scaled.rows(); ++i) scaled(i, j) *= values[static_cast<std::size_t>(j)];
  return times_transposed(scaled, vectors);
}

}  // namespace

std::vector<double> symmetric_eigenvalues(const Matrix& a) {
  Matrix work = a;
  return symmetric_problem(work, false);
}

SymmetricEigen symmetric_eigenvectors(const Matrix& a) {
  SymmetricEigen result{{}, a};
  result.values = symmetric_problem(result.vectors, true);
  return result;
}

double spectral_radius(const Matrix& a) {
  double most = 0.0;
  for (const auto& value : eigenvalues(a)) most = std::max(most, std::abs(value));
  return most;
}

double spectral_abscissa(const Matrix& a) {
  double most = -std::numeric_limits<double>::infinity();
  for (const auto& value : eigenvalues(a)) most = std::max(most, value.real());
  return most;
}

Matrix null_space(const Matrix& a, double tolerance) {
  const int n = a.cols(), count = std::min(a.rows(), n);
  if (count == 0) return Matrix::identity(n);
  Matrix work = a, right(n, n);
  std::vector<double> values(static_cast<std::size_t>(count)), rest(values.size());
  const int info = LAPACKE_dgesvd(LAPACK_COL_MAJOR, 'N', 'A', a.rows(), n, work.data(), a.rows(), values.data(),
                                  nullptr, 1, right.data(), n, rest.data());
  if (info != 0) throw Error::numeric(fmt::format("singular values of a {} matrix do not converge", shape(a)));
  int rank = 0;
  while (rank < count && values[static_cast<std::size_t>(rank)] > tolerance) ++rank;
  return transposed(right.block(rank, 0, n - rank, n));
}

Matrix symmetric_pseudo_inverse(const Matrix& a, double tolerance) {
  Matrix vectors = a;
  auto values = symmetric_problem(vectors, true);
  double most = 0.0;
  for (const double value : values) most = std::max(most, std::abs(value));
  for (double& value : values) value = std::abs(value) > tolerance * most ? 1.0 / value : 0.0;
  return composed(vectors, values);
}

Matrix symmetric_root(const Matrix& a) {
  Matrix vectors = a;
  auto values = symmetric_problem(vectors, true);
  for (double& value : values) value = std::sqrt(std::max(0.0, value));
  return composed(vectors, values);
}

}  // namespace tessera::math
