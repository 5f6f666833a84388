// Vectors of three numbers in kernels of bonded forces.
#pragma once

#include "base/kokkos.hpp"

namespace tessera::sim::md::vec3 {

KOKKOS_FORCEINLINE_FUNCTION void subtract(const double (&a)[3], const double (&b)[3], double (&result)[3]) {
  for (int c = 0; c < 3; ++c) result[c] = a[c] - b[c];
}
KOKKOS_FORCEINLINE_FUNCTION double dot(const double (&a)[3], const double (&b)[3]) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
KOKKOS_FORCEINLINE_FUNCTION void cross(const double (&a)[3], const double (&b)[3], double (&result)[3]) {
  result[0] = a[1] * b[2] - a[2] * b[1];
  result[1] = a[2] * b[0] - a[0] * b[2];
  result[2] = a[0] * b[1] - a[1] * b[0];
}

}  // namespace tessera::sim::md::vec3
