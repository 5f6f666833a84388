#include "sim/boltzmann/disparate/quadrature.hpp"

#include <cmath>

#include "math/linear.hpp"

namespace tessera::sim::boltzmann::disparate {

namespace {

/// Of polynomials with x p_k = root_k+1 p_k+1 + centre_k p_k + root_k p_k-1. Weights by Christoffel's formula: small
/// ones keep their digits, which the eigenvectors would not.
template <class Centre, class Root>
Rule rule_of(int size, double total, const Centre& centre, const Root& root) {
  math::Matrix jacobi(size, size);
  for (int k = 0; k < size; ++k) {
    jacobi(k, k) = centre(k);
    if (k > 0) jacobi(k, k - 1) = jacobi(k - 1, k) = root(k);
  }
  Rule rule;
  rule.points = math::symmetric_eigenvalues(jacobi);
  for (const double x : rule.points) {
    double before = 0.0, now = 1.0, sum = 1.0;
    for (int k = 0; k + 1 < size; ++k) {
      const double next = ((x - centre(k)) * now - (k > 0 ? root(k) * before : 0.0)) / root(k + 1);
      before = now;
      now = next;
      sum += now * now;
    }
    rule.weights.push_back(total / sum);
  }
  return rule;
}

}  // namespace

Rule gauss_laguerre(int size, double power) {
  return rule_of(
      size, std::tgamma(power + 1.0), [&](int k) { return 2.0 * k + 1.0 + power; },
      [&](int k) { return std::sqrt(k * (k + power)); });
}

Rule gauss_legendre(int size) {
  return rule_of(
      size, 2.0, [](int) { return 0.0; }, [](int k) { return k / std::sqrt(4.0 * k * k - 1.0); });
}

}  // namespace tessera::sim::boltzmann::disparate
