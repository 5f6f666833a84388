// Gauss' rules for integrals over speeds.
#pragma once

#include "math/quadrature.hpp"

namespace tessera::sim::boltzmann::disparate {

/// int_0^inf x^power e^-x p(x) dx, exact for polynomials up to degree 2 size - 1 (Golub and Welsch 1969). Weights by
/// Christoffel's formula: small ones keep their digits, which those from eigenvectors would not.
math::QuadratureRule gauss_laguerre(int size, double power);

}  // namespace tessera::sim::boltzmann::disparate
