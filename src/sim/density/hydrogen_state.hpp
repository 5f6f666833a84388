// Stationary states of the hydrogen atom, in closed form (units hbar = m = 1, Bohr radius a0):
//   phi = R(r) Y(theta, phi),  R ~ e^(-rho/2) rho^l L_{n-l-1}^{2l+1}(rho),  rho = 2r/(n a0),  E = -1/(2 a0^2 n^2)
// with spherical harmonics that have the phase of Condon and Shortley.
#pragma once

#include "base/kokkos.hpp"

namespace tessera::sim::density {

/// Laguerre polynomial L_degree^alpha(x), by its recurrence.
KOKKOS_INLINE_FUNCTION double laguerre(int degree, double alpha, double x) {
  double before = 0.0, now = 1.0;
  for (int j = 0; j < degree; ++j) {
    const double next = ((2.0 * j + 1.0 + alpha - x) * now - (j + alpha) * before) / (j + 1.0);
    before = now;
    now = next;
  }
  return now;
}

/// P_{m+degree}^m(x)/((2m-1)!! (1-x^2)^{m/2}), associated Legendre functions without alternating signs.
KOKKOS_INLINE_FUNCTION double legendre(int degree, int m, double x) {
  double before = 0.0, now = 1.0;
  for (int j = 0; j < degree; ++j) {
    const double next = ((2.0 * (m + j) + 1.0) * x * now - (2.0 * m + j) * before) / (j + 1.0);
    before = now;
    now = next;
  }
  return now;
}

KOKKOS_INLINE_FUNCTION double whole_power(double x, int exponent) {
  double result = 1.0;
  for (int n = 0; n < exponent; ++n) result *= x;
  return result;
}

struct HydrogenState {
  int n, l, m;
  double scale;   ///< 2/(n a0)
  double factor;  ///< of the product of the polynomials, the powers and the exponential: all of it is normalised
  double energy;
  double amplitude;  ///< modulus of its coefficient
  double phase;      ///< argument of its coefficient

  /// |Y| R with its sign, without e^(i m phi); z is the cosine of the polar angle, s its sine.
  KOKKOS_INLINE_FUNCTION double value(double r, double z, double s) const {
    const double rho = scale * r;
    const int order = m < 0 ? -m : m;
    return factor * kmath::exp(-0.5 * rho) * whole_power(rho, l) * whole_power(s, order) *
           laguerre(n - l - 1, 2.0 * l + 1.0, rho) * legendre(l - order, order, z);
  }
};

/// Throws nothing; n > l >= |m|.
HydrogenState hydrogen_state(int n, int l, int m, double bohr_radius);

}  // namespace tessera::sim::density
