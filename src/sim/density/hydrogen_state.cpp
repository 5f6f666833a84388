#include "sim/density/hydrogen_state.hpp"

#include <cmath>
#include <cstdlib>

namespace tessera::sim::density {

HydrogenState hydrogen_state(int n, int l, int m, double bohr_radius) {
  const int order = std::abs(m);
  const double scale = 2.0 / (n * bohr_radius);
  const auto log_factorial = [](int k) { return std::lgamma(k + 1.0); };
  const double log_radial =
      0.5 * (3.0 * std::log(scale) + log_factorial(n - l - 1) - std::log(2.0 * n) - log_factorial(n + l));
  const double log_angular =
      0.5 * (std::log((2.0 * l + 1.0) / (4.0 * M_PI)) + log_factorial(l - order) - log_factorial(l + order));
  double double_factorial = 1.0;  // (2 order - 1)!!
  for (int k = 1; k < order; ++k) double_factorial *= 2.0 * k + 1.0;
  const double sign = m > 0 && m % 2 == 1 ? -1.0 : 1.0;
  return {n,
          l,
          m,
          scale,
          sign * double_factorial * std::exp(log_radial + log_angular),
          -1.0 / (2.0 * bohr_radius * bohr_radius * n * n),
          1.0,
          0.0};
}

}  // namespace tessera::sim::density
