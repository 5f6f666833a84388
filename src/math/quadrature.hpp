// Quadrature rules: sums that integrate polynomials exactly.
#pragma once

#include <vector>

namespace tessera::math {

/// integral = sum_i weights[i] f(points[i]); points ascend.
struct QuadratureRule {
  std::vector<double> points, weights;
};

/// Gauss-Legendre on [low, high]: exact for polynomials of degree 2 points - 1. Newton's method on the Legendre
/// polynomial, to the last bits. Throws Error (input) without points.
QuadratureRule gauss_legendre(int points, double low = -1.0, double high = 1.0);

/// P_0(x) to P_last(x) of Legendre, written to `values` [last + 1]; |x| <= 1.
void legendre_polynomials(double x, int last, double* values);

}  // namespace tessera::math
