// Functions of a distance and of a speed that networks begin with.
#pragma once

#include <cstdint>

namespace tessera::diff {

/// 1 - (p+1)(p+2)/2 x^p + p(p+2) x^(p+1) - p(p+1)/2 x^(p+2) below x = 1, zero from there on, with two continuous
/// derivatives (Gasteiger, Gross and Guennemann, ICLR 2020).
double envelope(double x, int power);

/// values[n] = (2/cutoff) sin(k_n r/cutoff)/(r + 1e-5) envelope(r/cutoff), n < count, with learned roots k_n.
void bessel_basis(int count, double cutoff, int power, const double* roots, double r, double* values);
/// Reverse rule: adds to the cotangents of the roots.
void bessel_basis_reverse(int count, double cutoff, int power, const double* roots, double r, const double* cotangent,
                          double* root_cotangent);

/// values[k] = (sqrt(count)/1.12) exp(-((x - c_k)/step)^2), c_k = (k+1) step, step = largest/(count+1).
void gaussian_basis(int count, double largest, double x, double* values);

}  // namespace tessera::diff
