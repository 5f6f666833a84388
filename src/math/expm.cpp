#include "math/expm.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/error.hpp"
#include "math/linear.hpp"

namespace tessera::math {

namespace {

constexpr int highest_degree = 13;

/// Largest norm for which the approximant's backward error is below the unit roundoff (2005, table 2.3; 2009, 4.25).
constexpr double reach(int degree) {
  switch (degree) {
    case 3:
      return 1.495585217958292e-2;
    case 5:
      return 2.539398330063230e-1;
    case 7:
      return 9.504178996162932e-1;
    case 9:
      return 2.097847961257068;
    default:
      return 4.25;
  }
}

/// Coefficients of the numerator, constant term first: (2m - j)! m! / ((2m)! (m - j)! j!), times (2m)!/m!.
std::vector<double> coefficients(int m) {
  std::vector<double> c(static_cast<std::size_t>(m) + 1);
  c[static_cast<std::size_t>(m)] = 1.0;
  for (int j = m; j > 0; --j)
    c[static_cast<std::size_t>(j) - 1] = c[static_cast<std::size_t>(j)] * (2 * m - j + 1) * j / (m - j + 1);
  return c;
}

/// Largest column sum of |a|^power.
double norm_of_power(const Matrix& a, int power) {
  std::vector<double> sums(static_cast<std::size_t>(a.rows()), 1.0), next(sums.size());
  for (int p = 0; p < power; ++p) {
    for (int j = 0; j < a.cols(); ++j) {
      double sum = 0.0;
      for (int i = 0; i < a.rows(); ++i) sum += sums[static_cast<std::size_t>(i)] * std::abs(a(i, j));
      next[static_cast<std::size_t>(j)] = sum;
    }
    sums.swap(next);
  }
  return *std::max_element(sums.begin(), sums.end());
}

/// Halvings beyond those by norm that keep the error of evaluating the approximant below roundoff (2009, eq. 5.1), for
/// a 2^-halvings.
int extra_halvings(const Matrix& a, int degree, int halvings) {
  const double norm = one_norm(a);
  if (norm == 0.0) return 0;
  // log2 of the leading coefficient of the backward error, (m!)^2 / ((2m)! (2m+1)!); of everything, lest it overflow.
  double log_size =
      (2.0 * std::lgamma(degree + 1.0) - std::lgamma(2.0 * degree + 1.0) - std::lgamma(2.0 * degree + 2.0)) /
      std::log(2.0);
  const Matrix unit = (1.0 / norm) * a;
  log_size += std::log2(norm_of_power(unit, 2 * degree + 1)) + 2.0 * degree * (std::log2(norm) - halvings);
  const double log_roundoff = std::log2(std::numeric_limits<double>::epsilon() / 2.0);
  if (log_size <= log_roundoff) return 0;  // -infinity where a is nilpotent
  return static_cast<int>(std::ceil((log_size - log_roundoff) / (2.0 * degree)));
}

/// Even powers of one matrix, made when asked for.
class EvenPowers {
 public:
  explicit EvenPowers(const Matrix& a) : powers_{Matrix::identity(a.rows()), a * a} {}
  /// a^(2 n)
  const Matrix& operator[](int n) {
    while (static_cast<int>(powers_.size()) <= n) {
      const std::size_t half = powers_.size() / 2;
      powers_.push_back(powers_[half] * powers_[powers_.size() - half]);
    }
    return powers_[static_cast<std::size_t>(n)];
  }
  /// |a^(2 n)|^(1/(2 n))
  double root_norm(int n) { return std::pow(one_norm((*this)[n]), 0.5 / n); }
  /// As if a had been multiplied by the factor.
  void scale(double factor) {
    double power = 1.0;
    for (Matrix& matrix : powers_) {
      matrix *= power;
      power *= factor * factor;
    }
  }

 private:
  std::vector<Matrix> powers_;
};

struct OddAndEven {
  Matrix odd, even;
};

/// Of the numerator of degree up to 9: a (c1 + c3 a^2 + ...), c0 + c2 a^2 + ...
OddAndEven low_degree(const Matrix& a, EvenPowers& powers, int degree) {
  const auto c = coefficients(degree);
  Matrix odd(a.rows(), a.rows()), even(a.rows(), a.rows());
  for (int n = 0; 2 * n < degree; ++n) {
    odd += c[static_cast<std::size_t>(2 * n + 1)] * powers[n];
    even += c[static_cast<std::size_t>(2 * n)] * powers[n];
  }
  return {a * odd, even};
}

/// Of degree 13 with six products (2005, eq. 2.4).
OddAndEven degree_13(const Matrix& a, EvenPowers& powers) {
  const auto c = coefficients(highest_degree);
  const auto sum = [&](std::size_t first, int count) {
    Matrix total(a.rows(), a.rows());
    for (int n = 0; n < count; ++n) total += c[first + 2 * static_cast<std::size_t>(n)] * powers[n];
    return total;
  };
  // c8 .. c12 and c9 .. c13 belong to a^6 times a^2, a^4, a^6; c7 and c6 close the sums of low powers.
  const auto high = [&](std::size_t first) {
    return powers[3] * (c[first] * powers[1] + c[first + 2] * powers[2] + c[first + 4] * powers[3]);
  };
  return {a * (high(9) + sum(1, 4)), high(8) + sum(0, 4)};
}

/// (even - odd)^-1 (even + odd)
Matrix quotient(const OddAndEven& parts) {
  return solve(parts.even - parts.odd, parts.even + parts.odd, "the denominator of a matrix exponential", 0.0);
}

Matrix scaled_and_squared(const Matrix& a, EvenPowers& powers, double size) {
  const double excess = size / reach(highest_degree);
  int halvings = excess > 1.0 ? static_cast<int>(std::ceil(std::log2(excess))) : 0;
  halvings += extra_halvings(a, highest_degree, halvings);
  powers.scale(std::ldexp(1.0, -halvings));
  Matrix result = quotient(degree_13(std::ldexp(1.0, -halvings) * a, powers));
  for (int n = 0; n < halvings; ++n) result = result * result;
  return result;
}

Matrix exponential(const Matrix& a) {
  EvenPowers powers(a);
  const double d4 = powers.root_norm(2), d6 = powers.root_norm(3);
  for (const int degree : {3, 5})
    if (std::max(d4, d6) <= reach(degree) && extra_halvings(a, degree, 0) == 0)
      return quotient(low_degree(a, powers, degree));
  const double d8 = powers.root_norm(4);
  for (const int degree : {7, 9})
    if (std::max(d6, d8) <= reach(degree) && extra_halvings(a, degree, 0) == 0)
      return quotient(low_degree(a, powers, degree));
  return scaled_and_squared(a, powers, std::min(std::max(d6, d8), std::max(d8, powers.root_norm(5))));
}

}  // namespace

Matrix expm(const Matrix& a) {
  require(a, a.rows(), a.rows(), "the matrix to exponentiate");
  if (a.empty()) return a;
  // Powers up to the tenth must not overflow, nor may the result: exp(700) is about the largest number.
  const double norm = one_norm(a);
  if (norm > 1e30) throw Error::numeric(fmt::format("the exponential of a matrix of norm {:.3g} overflows", norm));
  Matrix result = exponential(a);
  if (!is_finite(result))
    throw Error::numeric(fmt::format("the exponential of a matrix of norm {:.3g} overflows", norm));
  return result;
}

SampledSystem zero_order_hold(const Matrix& a, const Matrix& b, double sample_time) {
  const int n = a.rows(), m = b.cols();
  require(a, n, n, "A");
  require(b, n, m, "B");
  if (!(sample_time > 0.0) || !std::isfinite(sample_time))
    throw Error::input(fmt::format("the sample time is {}, expected a positive number", sample_time));
  Matrix both(n + m, n + m);
  both.set_block(0, 0, sample_time * a);
  both.set_block(0, n, sample_time * b);
  const Matrix result = expm(both);
  return {result.block(0, 0, n, n), result.block(0, n, n, m)};
}

}  // namespace tessera::math
