#include "sim/pde/etdrk4.hpp"

#include <cmath>
#include <numbers>

namespace tessera::sim::pde {

Etdrk4 etdrk4(Complex lambda, double h, Fidelity fidelity) {
  constexpr double pi = std::numbers::pi;
  const bool is_reference = fidelity == Fidelity::reference;
  const int points = is_reference ? 32 : 64;
  const double arc = is_reference ? pi : 2.0 * pi;
  const Complex z = h * lambda;
  Complex q = 0.0, f1 = 0.0, f2 = 0.0, f3 = 0.0;
  for (int l = 1; l <= points; ++l) {
    const Complex t = z + std::polar(1.0, arc * (l - 0.5) / points);
    const Complex grown = std::exp(t), cube = t * t * t;
    q += (std::exp(0.5 * t) - 1.0) / t;
    f1 += (-4.0 - t + grown * (4.0 - 3.0 * t + t * t)) / cube;
    f2 += (2.0 + t + grown * (t - 2.0)) / cube;
    f3 += (-4.0 - 3.0 * t - t * t + grown * (4.0 - t)) / cube;
  }
  const auto mean = [&](Complex sum) {
    sum *= h / points;
    return is_reference || lambda.imag() == 0.0 ? Complex(sum.real(), 0.0) : sum;
  };
  return {std::exp(z), std::exp(0.5 * z), mean(q), mean(f1), mean(f2), mean(f3)};
}

}  // namespace tessera::sim::pde
