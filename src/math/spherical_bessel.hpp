// Spherical Bessel functions of the first kind.
#pragma once

namespace tessera::math {

/// j_0(x) to j_last(x), written to `values` [last + 1]; x >= 0. Miller's downward recurrence, scaled such that
/// sum (2 l + 1) j_l^2 = 1: relative errors of some 1e-15 of the largest one.
void spherical_bessel(double x, int last, double* values);

/// j_0(x) = sin x / x
double sinc(double x);

}  // namespace tessera::math
