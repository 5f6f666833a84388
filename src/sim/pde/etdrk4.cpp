#include "sim/pde/etdrk4.hpp"

#include <cmath>
#include <numbers>

namespace tessera::sim::pde {

namespace {

/// The four coefficients over h as they are written down: near t = 0 differences of large numbers.
struct Written {
  Complex q, f1, f2, f3;

  Written& operator+=(const Written& other) {
    q += other.q;
    f1 += other.f1;
    f2 += other.f2;
    f3 += other.f3;
    return *this;
  }
};

Written written(Complex t) {
  const Complex half_grown = std::exp(0.5 * t), grown = half_grown * half_grown, square = t * t, cube = square * t;
  return {(half_grown - 1.0) / t, (-4.0 - t + grown * (4.0 - 3.0 * t + square)) / cube,
          (2.0 + t + grown * (t - 2.0)) / cube, (-4.0 - 3.0 * t - square + grown * (4.0 - t)) / cube};
}

Written mean_around(Complex z, int points, double arc) {
  Written sum;
  for (int l = 1; l <= points; ++l) sum += written(z + std::polar(1.0, arc * (l - 0.5) / points));
  const double share = 1.0 / points;
  return {share * sum.q, share * sum.f1, share * sum.f2, share * sum.f3};
}

}  // namespace

Etdrk4 etdrk4(Complex lambda, double h, Fidelity fidelity) {
  constexpr double pi = std::numbers::pi;
  constexpr double far = 4.0;  // from here on the differences lose one digit at most
  const bool is_reference = fidelity == Fidelity::reference;
  const Complex z = h * lambda;
  const Written found = is_reference        ? mean_around(z, 32, pi)
                        : std::abs(z) < far ? mean_around(z, 64, 2.0 * pi)
                                            : written(z);
  const auto scaled = [&](Complex value) {
    value *= h;
    return is_reference || lambda.imag() == 0.0 ? Complex(value.real(), 0.0) : value;
  };
  return {std::exp(z), std::exp(0.5 * z), scaled(found.q), scaled(found.f1), scaled(found.f2), scaled(found.f3)};
}

}  // namespace tessera::sim::pde
