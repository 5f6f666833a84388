#include "diff/kernels.hpp"

#include "diff/functions.hpp"
#include "diff/loop.hpp"

namespace tessera::diff::kernels {

void fill(double* y, std::int64_t count, double value) {
  for_each(
      "diff/fill", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = value; });
}

void copy(double* y, const double* x, std::int64_t count) {
  for_each(
      "diff/copy", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = x[n]; });
}

void combine(double* y, const double* x, const double* z, std::int64_t count, double a, double b) {
  for_each(
      "diff/combine", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = a * x[n] + b * z[n]; });
}

void scale_shift(double* y, const double* x, std::int64_t count, double scale, double shift) {
  for_each(
      "diff/scale_shift", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = scale * x[n] + shift; });
}

void product(double* y, const double* x, const double* z, std::int64_t count) {
  for_each(
      "diff/product", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = x[n] * z[n]; });
}

void minimum(double* y, const double* x, const double* z, std::int64_t count) {
  for_each(
      "diff/minimum", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = z[n] < x[n] ? z[n] : x[n]; });
}

void below(double* y, const double* x, const double* z, std::int64_t count) {
  for_each(
      "diff/below", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = x[n] < z[n]    ? 1.0
                                                                  : x[n] == z[n] ? 0.5
                                                                                 : 0.0; });
}

void clip(double* y, const double* x, std::int64_t count, double low, double high) {
  for_each(
      "diff/clip", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = x[n] < low    ? low
                                                                 : x[n] > high ? high
                                                                               : x[n]; });
}

void inside(double* y, const double* x, std::int64_t count, double low, double high) {
  for_each(
      "diff/inside", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = x[n] >= low && x[n] <= high ? 1.0 : 0.0; });
}

template <class F>
void apply(F function, double* y, const double* x, std::int64_t count) {
  for_each(
      "diff/apply", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = function(x[n]); });
}

template <template <int> class F>
void apply_order(std::int64_t order, double* y, const double* x, std::int64_t count) {
  switch (order) {
    case 0:
      return apply(F<0>(), y, x, count);
    case 1:
      return apply(F<1>(), y, x, count);
    case 2:
      return apply(F<2>(), y, x, count);
    default:
      return apply(F<3>(), y, x, count);
  }
}

void apply(Function function, std::int64_t order, double* y, const double* x, std::int64_t count) {
  switch (function) {
    case Function::relu:
      return order == 0 ? apply(functions::Relu<0>(), y, x, count) : apply(functions::Relu<1>(), y, x, count);
    case Function::sigmoid:
      return apply_order<functions::Sigmoid>(order, y, x, count);
    case Function::tanh:
      return apply_order<functions::Tanh>(order, y, x, count);
    case Function::silu:
      return apply_order<functions::Silu>(order, y, x, count);
    case Function::softplus:
      return apply_order<functions::Softplus>(order, y, x, count);
    case Function::exp:
      return apply(functions::Exp(), y, x, count);
    case Function::log:
      return apply(functions::Log(), y, x, count);
    case Function::sin:
      return apply(functions::Sin(), y, x, count);
    case Function::cos:
      return apply(functions::Cos(), y, x, count);
    case Function::reciprocal:
      return apply(functions::Reciprocal(), y, x, count);
    case Function::sqrt:
      return apply(functions::Sqrt(), y, x, count);
  }
}

void row_sum(double* y, const double* x, std::int64_t rows, std::int64_t width) {
  for_each(
      "diff/row_sum", rows, KOKKOS_LAMBDA(std::int64_t row) {
        double sum = 0.0;
        for (std::int64_t n = 0; n < width; ++n) sum += x[row + n * rows];
        y[row] = sum;
      });
}

void repeat(double* y, const double* x, std::int64_t rows, std::int64_t width) {
  for_each(
      "diff/repeat", rows * width, KOKKOS_LAMBDA(std::int64_t n) { y[n] = x[n % rows]; });
}

void sum(double* y, const double* x, std::int64_t rows, std::int64_t width, std::int64_t count) {
  for_each(
      "diff/sum", width, KOKKOS_LAMBDA(std::int64_t n) {
        double sum = 0.0;
        for (std::int64_t row = 0; row < count; ++row) sum += x[row + n * rows];
        y[n] = sum;
      });
}

void spread(double* y, const double* x, std::int64_t rows, std::int64_t width) {
  for_each(
      "diff/spread", rows * width, KOKKOS_LAMBDA(std::int64_t n) { y[n] = x[n / rows]; });
}

void keep(double* y, const double* x, std::int64_t rows, std::int64_t width, std::int64_t count) {
  for_each(
      "diff/keep", rows * width, KOKKOS_LAMBDA(std::int64_t n) { y[n] = n % rows < count ? x[n] : 0.0; });
}

}  // namespace tessera::diff::kernels
