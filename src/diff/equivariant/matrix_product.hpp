// Internal: products of row-major matrices through BLAS.
#pragma once

#include <cstdint>

namespace tessera::diff {

enum class Op { none, transposed };

/// Row-major numbers with `stride` from row to row.
template <class Real>
struct Rows {
  Real* data = nullptr;
  std::int64_t stride = 0;
};

/// c = alpha op(a) op(b) + beta c, with c of rows x columns and op(a) of rows x inner. With inner = 0 there is beta c.
template <class Real>
void matrix_product(std::int64_t rows, std::int64_t columns, std::int64_t inner, Real alpha, Op op_a,
                    Rows<const Real> a, Op op_b, Rows<const Real> b, Real beta, Rows<Real> c);

}  // namespace tessera::diff
