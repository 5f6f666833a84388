#include "sim/boltzmann/disparate/gauss_laguerre.hpp"

#include <cmath>

#include "math/linear.hpp"

namespace tessera::sim::boltzmann::disparate {

/// Orthonormal polynomials: x p_k = root_k+1 p_k+1 + centre_k p_k + root_k p_k-1.
math::QuadratureRule gauss_laguerre(int size, double power) {
  const auto centre = [&](int k) { return 2.0 * k + 1.0 + power; };
  const auto root = [&](int k) { return std::sqrt(k * (k + power)); };
  math::Matrix jacobi(size, size);
  for (int k = 0; k < size; ++k) {
    jacobi(k, k) = centre(k);
    if (k > 0) jacobi(k, k - 1) = jacobi(k - 1, k) = root(k);
  }
  math::QuadratureRule rule;
  rule.points = math::symmetric_eigenvalues(jacobi);
  for (const double x : rule.points) {
    double before = 0.0, now = 1.0, sum = 1.0;
    for (int k = 0; k + 1 < size; ++k) {
      const double next = ((x - centre(k)) * now - (k > 0 ? root(k) * before : 0.0)) / root(k + 1);
      before = now;
      now = next;
      sum += now * now;
    }
    rule.weights.push_back(std::tgamma(power + 1.0) / sum);
  }
  return rule;
}

}  // namespace tessera::sim::boltzmann::disparate
