// Coefficients of exponential time differencing with fourth-order Runge-Kutta stages (S. Cox and P. Matthews, J.
// Comput. Phys. 176 (2002) 430), near 0 by means over contours around h lambda (A.-K. Kassam and L. Trefethen, SIAM J.
// Sci. Comput. 26 (2005) 1214).
#pragma once

#include "math/fft_shape.hpp"
#include "sim/environment.hpp"

namespace tessera::sim::pde {

using math::Complex;

/// Of one mode with v' = lambda v + n(v):
///   a = e2 v + q n(v), b = e2 v + q n(a), c = e2 a + q (2 n(b) - n(v)), v+ = e v + f1 n(v) + 2 f2 (n(a) + n(b)) + f3
///   n(c)
struct Etdrk4 {
  Complex e, e2, q, f1, f2, f3;
};

/// corrected: the full circle, and where h lambda is far from 0 the formulas as they are. reference: 32 points on the
/// upper half of a circle, and the real part, which is wrong where lambda is not real. For h lambda to 0: q to h/2, f1,
/// f2, f3 to h/6.
Etdrk4 etdrk4(Complex lambda, double h, Fidelity fidelity);

}  // namespace tessera::sim::pde
