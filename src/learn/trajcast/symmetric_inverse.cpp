#include "learn/trajcast/symmetric_inverse.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tessera::learn::trajcast {

std::array<std::array<double, 3>, 3> symmetric_inverse(const std::array<std::array<double, 3>, 3>& tensor) {
  // Jacobi's rotations: three by three converge in a few sweeps.
  auto a = tensor;
  std::array<std::array<double, 3>, 3> axes{{{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}, {0.0, 0.0, 1.0}}};
  for (int sweep = 0; sweep < 30; ++sweep)
    for (std::size_t p = 0; p < 2; ++p)
      for (std::size_t q = p + 1; q < 3; ++q) {
        if (a[p][q] == 0.0) continue;
        const double half = 0.5 * (a[q][q] - a[p][p]) / a[p][q];
        const double t = (half >= 0.0 ? 1.0 : -1.0) / (std::fabs(half) + std::sqrt(half * half + 1.0));
        const double c = 1.0 / std::sqrt(t * t + 1.0), s = t * c;
        for (std::size_t k = 0; k < 3; ++k) {
          const double x = a[k][p], y = a[k][q];
          a[k][p] = c * x - s * y;
          a[k][q] = s * x + c * y;
        }
        for (std::size_t k = 0; k < 3; ++k) {
          const double x = a[p][k], y = a[q][k];
          a[p][k] = c * x - s * y;
          a[q][k] = s * x + c * y;
        }
        a[p][q] = a[q][p] = 0.0;
        for (auto& axis : axes) {
          const double x = axis[p], y = axis[q];
          axis[p] = c * x - s * y;
          axis[q] = s * x + c * y;
        }
      }
  const double largest = std::max({a[0][0], a[1][1], a[2][2]});
  std::array<std::array<double, 3>, 3> inverse{};
  for (std::size_t n = 0; n < 3; ++n) {
    if (!(a[n][n] > 1e-10 * largest)) continue;
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t k = 0; k < 3; ++k) inverse[i][k] += axes[i][n] * axes[k][n] / a[n][n];
  }
  return inverse;
}

}  // namespace tessera::learn::trajcast
