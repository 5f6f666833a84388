// Values on the faces between cells, from the cells upwind.
#pragma once

#include <cstddef>
#include <type_traits>

#include "base/kokkos.hpp"

namespace tessera::sim::boltzmann {

/// upwind: order 1; van_leer and mc: order 2 with the limiters of van Leer 1974 and 1977 (monotonised central); third:
/// kappa = 1/3, without a limiter; weno: order 5 (WENO-Z: Borges, Carmona, Costa and Don, JCP 227 (2008) 3191).
enum class Reconstruction { upwind, van_leer, mc, third, weno };

/// Ghost layers that it reaches into.
constexpr int layers_of(Reconstruction kind) {
  return kind == Reconstruction::upwind ? 1 : kind == Reconstruction::weno ? 3 : 2;
}

/// On the downwind face of the cell at `f`; `along` leads from a cell to the next one downwind.
template <Reconstruction Kind>
KOKKOS_FORCEINLINE_FUNCTION double face_value(const double* f, std::ptrdiff_t along) {
  const double here = f[0];
  if constexpr (Kind == Reconstruction::upwind) {
    return here;
  } else if constexpr (Kind == Reconstruction::third) {
    return (2.0 * f[along] + 5.0 * here - f[-along]) * (1.0 / 6.0);
  } else if constexpr (Kind == Reconstruction::weno) {
    const double a = f[-2 * along], b = f[-along], d = f[along], e = f[2 * along];
    constexpr double curved = 13.0 / 12.0, tiny = 1e-40;
    const double left = a - 2.0 * b + here, middle = b - 2.0 * here + d, right = here - 2.0 * d + e;
    const double left_slope = a - 4.0 * b + 3.0 * here, middle_slope = b - d, right_slope = 3.0 * here - 4.0 * d + e;
    const double s0 = curved * left * left + 0.25 * left_slope * left_slope,
                 s1 = curved * middle * middle + 0.25 * middle_slope * middle_slope,
                 s2 = curved * right * right + 0.25 * right_slope * right_slope;
    const double difference = s0 > s2 ? s0 - s2 : s2 - s0;
    const double r0 = difference / (s0 + tiny), r1 = difference / (s1 + tiny), r2 = difference / (s2 + tiny);
    const double w0 = 0.1 * (1.0 + r0 * r0), w1 = 0.6 * (1.0 + r1 * r1), w2 = 0.3 * (1.0 + r2 * r2);
    const double sum =
        w0 * (2.0 * a - 7.0 * b + 11.0 * here) + w1 * (5.0 * here - b + 2.0 * d) + w2 * (2.0 * here + 5.0 * d - e);
    return sum / (6.0 * (w0 + w1 + w2));
  } else {
    const double back = here - f[-along], ahead = f[along] - here, product = back * ahead;
    if constexpr (Kind == Reconstruction::van_leer) {
      const double sum = back + ahead;
      return here + (product > 0.0 ? product / (sum != 0.0 ? sum : 1.0) : 0.0);
    } else {
      const double a = back > 0.0 ? back : -back, b = ahead > 0.0 ? ahead : -ahead;
      const double least = a < b ? a : b, mean = 0.25 * (a + b);
      const double half = least < mean ? least : mean;
      return here + (product > 0.0 ? (back > 0.0 ? half : -half) : 0.0);
    }
  }
}

/// Calls work(std::integral_constant<Reconstruction, kind>()).
template <class Work>
void with_reconstruction(Reconstruction kind, const Work& work) {
  using enum Reconstruction;
  switch (kind) {
    case upwind:
      return work(std::integral_constant<Reconstruction, upwind>());
    case van_leer:
      return work(std::integral_constant<Reconstruction, van_leer>());
    case mc:
      return work(std::integral_constant<Reconstruction, mc>());
    case third:
      return work(std::integral_constant<Reconstruction, third>());
    case weno:
      return work(std::integral_constant<Reconstruction, weno>());
  }
}

}  // namespace tessera::sim::boltzmann
