#include "math/lyapunov.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <vector>

#include "base/error.hpp"
#include "math/lapacke.hpp"

namespace tessera::math {

namespace {

using Complex = std::complex<double>;

/// Square, column-major, complex: what the Schur form needs of a matrix.
struct ComplexMatrix {
  int n;
  std::vector<Complex> values;

  explicit ComplexMatrix(int size) : n(size), values(static_cast<std::size_t>(size) * static_cast<std::size_t>(size)) {}
  Complex* column(int j) { return values.data() + static_cast<std::size_t>(j) * n; }
  const Complex* column(int j) const { return values.data() + static_cast<std::size_t>(j) * n; }
  Complex operator()(int i, int j) const { return column(j)[i]; }
};

/// a = z t z^H with z as real and imaginary part, t upper triangular.
struct ComplexSchur {
  ComplexMatrix t;
  Matrix real, imaginary;

  explicit ComplexSchur(const Matrix& a) : t(a.rows()), real(a.rows(), a.rows()), imaginary(a.rows(), a.rows()) {
    const int n = a.rows();
    ComplexMatrix z(n);
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < n; ++i) t.column(j)[i] = a(i, j);
    std::vector<Complex> diagonal(static_cast<std::size_t>(n));
    int ignored = 0;
    const int info = LAPACKE_zgees(LAPACK_COL_MAJOR, 'V', 'N', nullptr, n, t.values.data(), n, &ignored,
                                   diagonal.data(), z.values.data(), n);
    if (info != 0) throw Error::numeric(fmt::format("the Schur form of a {} matrix does not converge", shape(a)));
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < n; ++i) {
        real(i, j) = z(i, j).real();
        imaginary(i, j) = z(i, j).imag();
      }
  }
};

/// Refuses pairs of eigenvalues for which the equation has no unique solution.
void require_unique(TimeDomain domain, const ComplexMatrix& t, double norm) {
  for (int i = 0; i < t.n; ++i)
    for (int j = 0; j <= i; ++j) {
      const Complex first = t(i, i), second = std::conj(t(j, j));
      const bool is_discrete = domain == TimeDomain::discrete;
      const double gap = std::abs(is_discrete ? 1.0 - first * second : first + second);
      const double scale = is_discrete ? 1.0 + norm : norm;
      if (gap <= t.n * std::numeric_limits<double>::epsilon() * scale)
        throw Error::numeric(fmt::format(
            "the {} Lyapunov equation has no unique solution: the eigenvalues {} and {} {}", name_of(domain),
            text_of(first), text_of(second), is_discrete ? "have the product 1" : "have the sum 0"));
    }
}

/// Overwrites x with the solution of (factor t + shift) x = x.
void solve_triangular(const ComplexMatrix& t, Complex factor, Complex shift, Complex* x) {
  for (int i = t.n - 1; i >= 0; --i) {
    x[i] /= factor * t(i, i) + shift;
    const Complex* column = t.column(i);
    const Complex value = factor * x[i];
    for (int k = 0; k < i; ++k) x[k] -= value * column[k];
  }
}

/// Overwrites c with y of t y + y t^H + c = 0 or t y t^H - y + c = 0, last column first: column j of y t^H is the sum
/// of conj(t(j, k)) times column k >= j of y.
void solve_columns(TimeDomain domain, const ComplexMatrix& t, ComplexMatrix& c) {
  const int n = t.n;
  std::vector<Complex> known(static_cast<std::size_t>(n));
  for (int j = n - 1; j >= 0; --j) {
    std::fill(known.begin(), known.end(), 0.0);
    for (int k = j + 1; k < n; ++k) {
      const Complex factor = std::conj(t(j, k));
      const Complex* column = c.column(k);
      for (int i = 0; i < n; ++i) known[static_cast<std::size_t>(i)] += factor * column[i];
    }
    Complex* y = c.column(j);
    if (domain == TimeDomain::continuous) {
      for (int i = 0; i < n; ++i) y[i] = -y[i] - known[static_cast<std::size_t>(i)];
      solve_triangular(t, 1.0, std::conj(t(j, j)), y);
      continue;
    }
    for (int i = 0; i < n; ++i) y[i] = -y[i];
    for (int k = 0; k < n; ++k) {
      const Complex* column = t.column(k);
      const Complex factor = known[static_cast<std::size_t>(k)];
      for (int i = 0; i <= k; ++i) y[i] -= factor * column[i];
    }
    solve_triangular(t, std::conj(t(j, j)), -1.0, y);
  }
}

Matrix solution(TimeDomain domain, const ComplexSchur& schur, const Matrix& q) {
  const int n = q.rows();
  // z^H q z, with z = u + i v and real q.
  const Matrix &u = schur.real, &v = schur.imaginary;
  const Matrix qu = q * u, qv = q * v;
  const Matrix real = transposed_times(u, qu) + transposed_times(v, qv);
  const Matrix imaginary = transposed_times(u, qv) - transposed_times(v, qu);
  ComplexMatrix y(n);
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < n; ++i) y.column(j)[i] = {real(i, j), imaginary(i, j)};
  solve_columns(domain, schur.t, y);
  Matrix y_real(n, n), y_imaginary(n, n);
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < n; ++i) {
      y_real(i, j) = y(i, j).real();
      y_imaginary(i, j) = y(i, j).imag();
    }
  // The real part of z y z^H.
  const Matrix x =
      times_transposed(u * y_real - v * y_imaginary, u) + times_transposed(u * y_imaginary + v * y_real, v);
  return symmetric_part(x);
}

Matrix left_over(TimeDomain domain, const Matrix& a, const Matrix& q, const Matrix& x) {
  const Matrix ax = a * x;
  if (domain == TimeDomain::continuous) return ax + transposed(ax) + q;
  return symmetric_part(times_transposed(ax, a)) - x + q;
}

double relative_residual(TimeDomain domain, const Matrix& a, const Matrix& q, const Matrix& x) {
  const Matrix ax = a * x;
  const double terms = domain == TimeDomain::continuous
                           ? 2.0 * frobenius_norm(ax) + frobenius_norm(q)
                           : frobenius_norm(times_transposed(ax, a)) + frobenius_norm(x) + frobenius_norm(q);
  return terms == 0.0 ? 0.0 : frobenius_norm(left_over(domain, a, q, x)) / terms;
}

}  // namespace

LyapunovSolution solve_lyapunov(TimeDomain domain, const Matrix& a, const Matrix& q) {
  const int n = a.rows();
  require(a, n, n, "A");
  require_symmetric(q, n, "Q");
  if (n == 0) return {};
  const ComplexSchur schur(a);
  require_unique(domain, schur.t, frobenius_norm(a));
  LyapunovSolution found{solution(domain, schur, q), 0.0};
  found.residual = relative_residual(domain, a, q, found.x);
  const Matrix refined = found.x + solution(domain, schur, left_over(domain, a, q, found.x));
  const double residual = relative_residual(domain, a, q, refined);
  if (residual < found.residual) found = {refined, residual};
  if (!is_finite(found.x))
    throw Error::numeric(fmt::format("the solution of the {} Lyapunov equation overflows", name_of(domain)));
  return found;
}

}  // namespace tessera::math
