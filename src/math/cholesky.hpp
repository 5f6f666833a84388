// Small systems of linear equations inside kernels and per-cell loops, where calls of LAPACK cost more than they do.
#pragma once

#include "base/kokkos.hpp"

namespace tessera::math {

/// x of a x = b, in place, for a symmetric positive definite matrix (Cholesky). Row i begins at a + i stride; the lower
/// half is read, and overwritten. False where no more than `least` of a diagonal element is left as its pivot.
KOKKOS_INLINE_FUNCTION bool solve_positive(int size, int stride, double* a, double* b, double least = 1e-12) {
  for (int i = 0; i < size; ++i) {
    double* row = a + i * stride;
    const double diagonal = row[i];
    for (int j = 0; j < i; ++j) row[i] -= row[j] * row[j];
    if (!(row[i] > least * diagonal)) return false;
    row[i] = kmath::sqrt(row[i]);
    for (int k = i + 1; k < size; ++k) {
      double* below = a + k * stride;
      for (int j = 0; j < i; ++j) below[i] -= below[j] * row[j];
      below[i] /= row[i];
    }
  }
  for (int i = 0; i < size; ++i) {
    for (int j = 0; j < i; ++j) b[i] -= a[i * stride + j] * b[j];
    b[i] /= a[i * stride + i];
  }
  for (int i = size - 1; i >= 0; --i) {
    for (int j = i + 1; j < size; ++j) b[i] -= a[j * stride + i] * b[j];
    b[i] /= a[i * stride + i];
  }
  return true;
}

}  // namespace tessera::math
