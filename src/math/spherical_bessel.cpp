#include "math/spherical_bessel.hpp"

#include <algorithm>
#include <cmath>

namespace tessera::math {

double sinc(double x) {
  // Two terms of the series are exact to rounding where the quotient might lose.
  return std::abs(x) < 1e-4 ? 1.0 - x * x * (1.0 / 6.0) : std::sin(x) / x;
}

void spherical_bessel(double x, int last, double* values) {
  std::fill(values, values + last + 1, 0.0);
  if (x < 1e-12) {
    values[0] = 1.0;
    return;
  }
  // From where functions are nothing compared to those wanted.
  const int top = std::max(last, static_cast<int>(x)) + 25 + static_cast<int>(4.0 * std::cbrt(x));
  constexpr double large = 1e150;
  double above = 0.0, here = 1e-150, squares = 0.0, first = 0.0, second = 0.0;
  for (int l = top; l >= 0; --l) {
    squares += (2.0 * l + 1.0) * here * here;
    if (l <= last) values[l] = here;
    if (l == 1) second = here;
    if (l == 0) first = here;
    const double below = (2.0 * l + 1.0) / x * here - above;
    above = here;
    here = below;
    if (std::abs(here) > large) {
      here /= large;
      above /= large;
      squares /= large * large;
      for (int k = l; k <= last; ++k) values[k] /= large;
      second /= large;
    }
  }
  double scale = 1.0 / std::sqrt(squares);
  const double sine = std::sin(x), cosine = std::cos(x), j0 = sine / x, j1 = (j0 - cosine) / x;
  const bool by_first = std::abs(j0) > std::abs(j1);
  if ((by_first ? j0 * first : j1 * second) < 0.0) scale = -scale;
  for (int l = 0; l <= last; ++l) values[l] *= scale;
}

}  // namespace tessera::math
