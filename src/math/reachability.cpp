#include "math/reachability.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "math/lapacke.hpp"
#include "math/linear.hpp"
#include "math/schur.hpp"

namespace tessera::math {

namespace {

using Complex = std::complex<double>;

/// Columns that are not 0 brought to the length `norm`: which modes they reach does not depend on their units.
Matrix with_columns_of_length(Matrix b, double norm) {
  for (int j = 0; j < b.cols(); ++j) {
    const double length = frobenius_norm(b.columns(j, 1));
    if (length == 0.0) continue;
    for (int i = 0; i < b.rows(); ++i) b(i, j) *= norm / length;
  }
  return b;
}

/// The least singular value of [a - value I, b].
double least_singular_value(const Matrix& a, const Matrix& b, Complex value) {
  const int n = a.rows(), m = n + b.cols();
  std::vector<Complex> both(static_cast<std::size_t>(n) * static_cast<std::size_t>(m));
  for (int j = 0; j < m; ++j)
    for (int i = 0; i < n; ++i)
      both[static_cast<std::size_t>(j) * static_cast<std::size_t>(n) + static_cast<std::size_t>(i)] =
          j < n ? Complex(a(i, j)) - (i == j ? value : 0.0) : Complex(b(i, j - n));
  std::vector<double> singular(static_cast<std::size_t>(n)), rest(singular.size());
  const int info = LAPACKE_zgesvd(LAPACK_COL_MAJOR, 'N', 'N', n, m, both.data(), n, singular.data(), nullptr, 1,
                                  nullptr, 1, rest.data());
  if (info != 0) throw Error::numeric(fmt::format("singular values of a {} x {} matrix do not converge", n, m));
  return singular.back();
}

bool is_wanted(Modes which, double margin) {
  return which == Modes::all || (which == Modes::unstable ? margin <= marginal : std::abs(margin) <= marginal);
}

}  // namespace

std::vector<Complex> unreachable_modes(TimeDomain domain, const Matrix& a, const Matrix& b, Modes which) {
  require(a, a.rows(), a.rows(), "A");
  require(b, a.rows(), b.cols(), "B");
  const double norm = std::max(frobenius_norm(a), std::numeric_limits<double>::min());
  const double tolerance = 100.0 * a.rows() * std::numeric_limits<double>::epsilon() * norm;
  const Matrix inputs = with_columns_of_length(b, norm);
  const auto values = eigenvalues(a);
  const double scale = scale_of(values);
  std::vector<Complex> found;
  for (const Complex value : values)
    if (value.imag() >= 0.0 && is_wanted(which, stability_margin(domain, value, scale)) &&
        least_singular_value(a, inputs, value) <= tolerance)
      found.push_back(value);
  return found;
}

Matrix unseen_marginal_space(TimeDomain domain, const Matrix& a, const Matrix& c) {
  const MarginalSchur schur = marginal_schur(domain, a);
  const int k = schur.num_marginal;
  const Matrix space = schur.z.columns(0, k);
  if (k == 0) return space;
  const Matrix t = schur.t.block(0, 0, k, k);
  const double tolerance = 100.0 * a.rows() * std::numeric_limits<double>::epsilon();
  Matrix unseen = null_space(c * space, tolerance * frobenius_norm(c));
  while (unseen.cols() > 0) {
    const Matrix image = t * unseen;
    const Matrix leaving = image - unseen * transposed_times(unseen, image);
    const Matrix staying = null_space(leaving, tolerance * frobenius_norm(t));
    if (staying.cols() == unseen.cols()) break;
    unseen = unseen * staying;
  }
  return space * unseen;
}

}  // namespace tessera::math
