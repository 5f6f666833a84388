#include "diff/equivariant/matrix_product.hpp"

#include <cblas.h>

#include <algorithm>

namespace tessera::diff {

namespace {

void blas_product(CBLAS_TRANSPOSE op_a, CBLAS_TRANSPOSE op_b, int rows, int columns, int inner, double alpha,
                  Rows<const double> a, Rows<const double> b, double beta, Rows<double> c) {
  cblas_dgemm(CblasRowMajor, op_a, op_b, rows, columns, inner, alpha, a.data, static_cast<int>(a.stride), b.data,
              static_cast<int>(b.stride), beta, c.data, static_cast<int>(c.stride));
}
void blas_product(CBLAS_TRANSPOSE op_a, CBLAS_TRANSPOSE op_b, int rows, int columns, int inner, float alpha,
                  Rows<const float> a, Rows<const float> b, float beta, Rows<float> c) {
  cblas_sgemm(CblasRowMajor, op_a, op_b, rows, columns, inner, alpha, a.data, static_cast<int>(a.stride), b.data,
              static_cast<int>(b.stride), beta, c.data, static_cast<int>(c.stride));
}

}  // namespace

template <class Real>
void matrix_product(std::int64_t rows, std::int64_t columns, std::int64_t inner, Real alpha, Op op_a,
                    Rows<const Real> a, Op op_b, Rows<const Real> b, Real beta, Rows<Real> c) {
  if (rows == 0 || columns == 0) return;
  if (inner == 0) {
    for (std::int64_t i = 0; i < rows; ++i)
      for (std::int64_t k = 0; k < columns; ++k) {
        Real& number = c.data[i * c.stride + k];
        number = beta == Real(0) ? Real(0) : beta * number;
      }
    return;
  }
  const auto blas_op = [](Op op) { return op == Op::none ? CblasNoTrans : CblasTrans; };
  // BLAS first writes zeros, or beta c, and comes back to them: so much at a time that they are still in the cache.
  constexpr std::int64_t numbers_at_a_time = (std::int64_t{1} << 21) / static_cast<std::int64_t>(sizeof(Real));
  const std::int64_t most_rows = std::max<std::int64_t>(64, numbers_at_a_time / columns);
  for (std::int64_t first = 0; first < rows; first += most_rows) {
    const std::int64_t here = std::min(most_rows, rows - first);
    const Real* part = a.data + first * (op_a == Op::none ? a.stride : 1);
    blas_product(blas_op(op_a), blas_op(op_b), static_cast<int>(here), static_cast<int>(columns),
                 static_cast<int>(inner), alpha, Rows<const Real>{part, a.stride}, b, beta,
                 {c.data + first * c.stride, c.stride});
  }
}

template void matrix_product(std::int64_t, std::int64_t, std::int64_t, double, Op, Rows<const double>, Op,
                             Rows<const double>, double, Rows<double>);
template void matrix_product(std::int64_t, std::int64_t, std::int64_t, float, Op, Rows<const float>, Op,
                             Rows<const float>, float, Rows<float>);

}  // namespace tessera::diff
