#include "diff/equivariant/bases.hpp"

#include <cmath>

namespace tessera::diff {

namespace {

double whole_power(double x, int power) {
  double result = 1.0;
  for (int n = 0; n < power; ++n) result *= x;
  return result;
}

double front(double cutoff, int power, double r) { return 2.0 / cutoff * envelope(r / cutoff, power) / (r + 1e-5); }

}  // namespace

double envelope(double x, int power) {
  if (x >= 1.0) return 0.0;
  const double p = power;
  return 1.0 + whole_power(x, power) * (-0.5 * (p + 1.0) * (p + 2.0) + x * (p * (p + 2.0) - 0.5 * p * (p + 1.0) * x));
}

void bessel_basis(int count, double cutoff, int power, const double* roots, double r, double* values) {
  const double scale = front(cutoff, power, r);
  for (int n = 0; n < count; ++n) values[n] = scale * std::sin(roots[n] * (r / cutoff));
}

void bessel_basis_reverse(int count, double cutoff, int power, const double* roots, double r, const double* cotangent,
                          double* root_cotangent) {
  const double scale = front(cutoff, power, r) * (r / cutoff);
  for (int n = 0; n < count; ++n) root_cotangent[n] += scale * std::cos(roots[n] * (r / cutoff)) * cotangent[n];
}

void gaussian_basis(int count, double largest, double x, double* values) {
  const double step = largest / (count + 1.0), height = std::sqrt(static_cast<double>(count)) / 1.12;
  for (int k = 0; k < count; ++k) {
    const double distance = (x - (k + 1.0) * step) / step;
    values[k] = height * std::exp(-distance * distance);
  }
}

}  // namespace tessera::diff
