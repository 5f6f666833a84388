// Lyapunov equations: covariances of linear systems, costs of given gains, and the Newton steps of Riccati equations.
#pragma once

#include "math/matrix.hpp"
#include "math/time_domain.hpp"

namespace tessera::math {

struct LyapunovSolution {
  Matrix x;
  double residual = 0.0;  ///< Frobenius norm of what is left of the equation, over the sum of its terms' norms
};

/// Symmetric x of a x + x a' + q = 0 (continuous) or a x a' - x + q = 0 (discrete), q symmetric, by the complex Schur
/// form of a (R. Bartels and G. Stewart, Comm. ACM 15 (1972) 820; G. Kitagawa, Int. J. Control 25 (1977) 745), refined
/// once. For the stationary covariance of x+ = a x + w: q = E w w'. Error (input) on shapes, numbers that are not
/// finite or q not symmetric; (numeric) if there is no unique solution, naming the two eigenvalues whose sum is 0, or
/// whose product is 1.
LyapunovSolution solve_lyapunov(TimeDomain domain, const Matrix& a, const Matrix& q);

}  // namespace tessera::math
