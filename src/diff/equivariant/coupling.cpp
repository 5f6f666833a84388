#include "diff/equivariant/coupling.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdlib>

namespace tessera::diff {

namespace {

double factorial(int n) { return std::tgamma(static_cast<double>(n) + 1.0); }

/// <l1 m1 l2 m2 | l3 m3>
double clebsch_gordan(int l1, int m1, int l2, int m2, int l3, int m3) {
  if (m1 + m2 != m3) return 0.0;
  const double front = std::sqrt((2.0 * l3 + 1.0) * factorial(l3 + l1 - l2) * factorial(l3 - l1 + l2) *
                                 factorial(l1 + l2 - l3) / factorial(l1 + l2 + l3 + 1));
  const double middle = std::sqrt(factorial(l3 + m3) * factorial(l3 - m3) * factorial(l1 + m1) * factorial(l1 - m1) *
                                  factorial(l2 + m2) * factorial(l2 - m2));
  double sum = 0.0;
  for (int k = std::max({0, l2 - l3 - m1, l1 - l3 + m2}); k <= std::min({l1 + l2 - l3, l1 - m1, l2 + m2}); ++k)
    sum += (k % 2 == 0 ? 1.0 : -1.0) /
           (factorial(k) * factorial(l1 + l2 - l3 - k) * factorial(l1 - m1 - k) * factorial(l2 + m2 - k) *
            factorial(l3 - l2 + m1 + k) * factorial(l3 - l1 - m2 + k));
  return front * middle * sum;
}

using Complex = std::complex<double>;

/// Real component m of order l in complex ones, mu.
Complex basis(int l, int mu, int m) {
  Complex phase = 1.0;  // (-i)^l
  for (int n = 0; n < l; ++n) phase *= Complex(0.0, -1.0);
  if (std::abs(mu) != std::abs(m)) return 0.0;
  if (m == 0) return phase;
  const double root = std::sqrt(0.5), sign = m % 2 == 0 ? 1.0 : -1.0;
  if (mu > 0) return phase * (m > 0 ? Complex(sign * root, 0.0) : Complex(0.0, sign * root));
  return phase * (m > 0 ? Complex(root, 0.0) : Complex(0.0, -root));
}

}  // namespace

std::vector<double> coupling_tensor(int l1, int l2, int l3) {
  if (l3 < std::abs(l1 - l2) || l3 > l1 + l2) return {};
  std::vector<double> tensor;
  double norm = 0.0;
  for (int a = -l1; a <= l1; ++a)
    for (int b = -l2; b <= l2; ++b)
      for (int c = -l3; c <= l3; ++c) {
        Complex sum = 0.0;  // a real component holds two complex ones, or one, which is met twice
        for (const int p : {-std::abs(a), std::abs(a)})
          for (const int q : {-std::abs(b), std::abs(b)}) {
            if (std::abs(p + q) > l3) continue;
            sum += basis(l1, p, a) * basis(l2, q, b) * std::conj(basis(l3, p + q, c)) *
                   clebsch_gordan(l1, p, l2, q, l3, p + q) * ((a == 0 ? 0.5 : 1.0) * (b == 0 ? 0.5 : 1.0));
          }
        // Rounding leaves numbers of 1e-17 where there is nothing.
        const double value = std::fabs(sum.real()) < 1e-14 ? 0.0 : sum.real();
        tensor.push_back(value);
        norm += value * value;
      }
  for (double& value : tensor) value /= std::sqrt(norm);
  return tensor;
}

}  // namespace tessera::diff
