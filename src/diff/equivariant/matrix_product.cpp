#include "diff/equivariant/matrix_product.hpp"

#include <cblas.h>

#include <type_traits>

namespace tessera::diff {

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
  const auto count = [](std::int64_t n) { return static_cast<int>(n); };
  if constexpr (std::is_same_v<Real, double>)
    cblas_dgemm(CblasRowMajor, blas_op(op_a), blas_op(op_b), count(rows), count(columns), count(inner), alpha, a.data,
                count(a.stride), b.data, count(b.stride), beta, c.data, count(c.stride));
  else
    cblas_sgemm(CblasRowMajor, blas_op(op_a), blas_op(op_b), count(rows), count(columns), count(inner), alpha, a.data,
                count(a.stride), b.data, count(b.stride), beta, c.data, count(c.stride));
}

template void matrix_product(std::int64_t, std::int64_t, std::int64_t, double, Op, Rows<const double>, Op,
                             Rows<const double>, double, Rows<double>);
template void matrix_product(std::int64_t, std::int64_t, std::int64_t, float, Op, Rows<const float>, Op,
                             Rows<const float>, float, Rows<float>);

}  // namespace tessera::diff
