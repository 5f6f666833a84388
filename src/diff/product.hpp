// Internal: products of the tall matrices that blocks of rows are.
#pragma once

#include <cstdint>

namespace tessera::diff {

/// c(v, n) = bias(n) + addend(v, n) + sum over k of a(v, k) w(n, k), for v < length, n < columns, k < inner, with
/// a(v, k) at a[v + k * a_stride], c(v, n) at c[v + n * c_stride], w(n, k) at w[n * w_column + k * w_inner]. There is
/// at most one of bias and addend, which lies as c does, or is c itself. Of float or double. Whole vector registers are
/// read of a and of addend, beyond their length if that is none of their multiples. The order of each sum is fixed,
/// however many columns and rows there are.
template <class Real>
struct Product {
  const Real* a = nullptr;
  const Real* w = nullptr;
  const Real* bias = nullptr;
  const Real* addend = nullptr;
  Real* c = nullptr;
  std::int64_t length = 0, columns = 0, inner = 0;
  std::int64_t a_stride = 0, c_stride = 0, w_column = 0, w_inner = 0;
};

template <class Real>
void multiply(const Product<Real>& product);

/// to(i, r) = from(r, i) for r < rows, i < columns, with from(r, i) at from[r + i * from_stride] and to(i, r) at
/// to[i + r * to_stride].
template <class Real>
void transpose(const Real* from, std::int64_t from_stride, Real* to, std::int64_t to_stride, std::int64_t rows,
               std::int64_t columns);

}  // namespace tessera::diff
