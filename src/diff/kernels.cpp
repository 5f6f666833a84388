#include "diff/kernels.hpp"

#include "base/error.hpp"
#include "diff/functions.hpp"
#include "diff/loop.hpp"

namespace tessera::diff {

template <class Real>
void Kernels<Real>::fill(Real* y, std::int64_t count, Real value) {
  for_each(
      "diff/fill", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = value; });
}

template <class Real>
void Kernels<Real>::copy(Real* y, const Real* x, std::int64_t count) {
  for_each(
      "diff/copy", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = x[n]; });
}

template <class Real>
void Kernels<Real>::combine(Real* y, const Real* x, const Real* z, std::int64_t count, Real a, Real b) {
  for_each(
      "diff/combine", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = a * x[n] + b * z[n]; });
}

template <class Real>
void Kernels<Real>::scale_shift(Real* y, const Real* x, std::int64_t count, Real scale, Real shift) {
  for_each(
      "diff/scale_shift", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = scale * x[n] + shift; });
}

template <class Real>
void Kernels<Real>::product(Real* y, const Real* x, const Real* z, std::int64_t count) {
  for_each(
      "diff/product", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = x[n] * z[n]; });
}

template <class Real>
void Kernels<Real>::minimum(Real* y, const Real* x, const Real* z, std::int64_t count) {
  for_each(
      "diff/minimum", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = z[n] < x[n] ? z[n] : x[n]; });
}

template <class Real>
void Kernels<Real>::below(Real* y, const Real* x, const Real* z, std::int64_t count) {
  for_each(
      "diff/below", count, KOKKOS_LAMBDA(std::int64_t n) {
        y[n] = x[n] < z[n] ? Real(1) : x[n] == z[n] ? Real(0.5) : Real(0);
      });
}

template <class Real>
void Kernels<Real>::clip(Real* y, const Real* x, std::int64_t count, Real low, Real high) {
  for_each(
      "diff/clip", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = x[n] < low    ? low
                                                                 : x[n] > high ? high
                                                                               : x[n]; });
}

template <class Real>
void Kernels<Real>::inside(Real* y, const Real* x, std::int64_t count, Real low, Real high) {
  for_each(
      "diff/inside", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = x[n] >= low && x[n] <= high ? Real(1) : Real(0); });
}

namespace {

template <class F, class Real>
void apply_to(F function, Real* y, const Real* x, std::int64_t count) {
  for_each(
      "diff/apply", count, KOKKOS_LAMBDA(std::int64_t n) { y[n] = function(x[n]); });
}

template <template <int> class F, class Real>
void apply_order(std::int64_t order, Real* y, const Real* x, std::int64_t count) {
  switch (order) {
    case 0:
      return apply_to(F<0>(), y, x, count);
    case 1:
      return apply_to(F<1>(), y, x, count);
    case 2:
      return apply_to(F<2>(), y, x, count);
    default:
      return apply_to(F<3>(), y, x, count);
  }
}

template <template <int> class F, int Last, class Real>
struct Orders {
  Real *y0, *y1, *y2, *y3;
  const Real* x;
  KOKKOS_FORCEINLINE_FUNCTION void operator()(std::int64_t n) const {
    const Real z = x[n];
    y0[n] = F<0>()(z);
    y1[n] = F<1>()(z);
    if constexpr (Last > 1) y2[n] = F<2>()(z);
    if constexpr (Last > 2) y3[n] = F<3>()(z);
  }
};

template <template <int> class F, class Real>
void apply_up_to(std::int64_t last, const std::array<Real*, 4>& y, const Real* x, std::int64_t count) {
  constexpr const char* label = "diff/apply_orders";
  if (last == 1) return for_each(label, count, Orders<F, 1, Real>{y[0], y[1], y[2], y[3], x});
  if (last == 2) return for_each(label, count, Orders<F, 2, Real>{y[0], y[1], y[2], y[3], x});
  for_each(label, count, Orders<F, 3, Real>{y[0], y[1], y[2], y[3], x});
}

}  // namespace

template <class Real>
void Kernels<Real>::apply_orders(Function function, std::int64_t last, const std::array<Real*, 4>& y, const Real* x,
                                 std::int64_t count) {
  switch (function) {
    case Function::relu:
      return for_each("diff/apply_orders", count, Orders<functions::Relu, 1, Real>{y[0], y[1], nullptr, nullptr, x});
    case Function::sigmoid:
      return apply_up_to<functions::Sigmoid>(last, y, x, count);
    case Function::tanh:
      return apply_up_to<functions::Tanh>(last, y, x, count);
    case Function::silu:
      return apply_up_to<functions::Silu>(last, y, x, count);
    case Function::softplus:
      return apply_up_to<functions::Softplus>(last, y, x, count);
    default:
      throw Error::internal("this function has no derivatives of its own");
  }
}

template <class Real>
void Kernels<Real>::apply(Function function, std::int64_t order, Real* y, const Real* x, std::int64_t count) {
  switch (function) {
    case Function::relu:
      return order == 0 ? apply_to(functions::Relu<0>(), y, x, count) : apply_to(functions::Relu<1>(), y, x, count);
    case Function::sigmoid:
      return apply_order<functions::Sigmoid>(order, y, x, count);
    case Function::tanh:
      return apply_order<functions::Tanh>(order, y, x, count);
    case Function::silu:
      return apply_order<functions::Silu>(order, y, x, count);
    case Function::softplus:
      return apply_order<functions::Softplus>(order, y, x, count);
    case Function::exp:
      return apply_to(functions::Exp(), y, x, count);
    case Function::log:
      return apply_to(functions::Log(), y, x, count);
    case Function::sin:
      return apply_to(functions::Sin(), y, x, count);
    case Function::cos:
      return apply_to(functions::Cos(), y, x, count);
    case Function::reciprocal:
      return apply_to(functions::Reciprocal(), y, x, count);
    case Function::sqrt:
      return apply_to(functions::Sqrt(), y, x, count);
  }
}

template <class Real>
void Kernels<Real>::row_sum(Real* y, const Real* x, std::int64_t rows, std::int64_t width) {
  for_each(
      "diff/row_sum", rows, KOKKOS_LAMBDA(std::int64_t row) {
        Real sum = 0;
        for (std::int64_t n = 0; n < width; ++n) sum += x[row + n * rows];
        y[row] = sum;
      });
}

template <class Real>
void Kernels<Real>::repeat(Real* y, const Real* x, std::int64_t rows, std::int64_t width) {
  for_each_in_columns(
      "diff/repeat", rows, width, KOKKOS_LAMBDA(std::int64_t row, std::int64_t n) { y[row + n * rows] = x[row]; });
}

template <class Real>
void Kernels<Real>::sum(Real* y, const Real* x, std::int64_t rows, std::int64_t width, std::int64_t count) {
  for_each(
      "diff/sum", width, KOKKOS_LAMBDA(std::int64_t n) {
        // Eight sums side by side, so that they do not wait for one another.
        constexpr std::int64_t lanes = Graph::row_multiple;
        const Real* column = x + n * rows;
        const std::int64_t whole = count / lanes * lanes;
        Real parts[lanes] = {};
        for (std::int64_t row = 0; row < whole; row += lanes)
          for (std::int64_t lane = 0; lane < lanes; ++lane) parts[lane] += column[row + lane];
        for (std::int64_t row = whole; row < count; ++row) parts[row - whole] += column[row];
        for (std::int64_t half = lanes / 2; half > 0; half /= 2)
          for (std::int64_t lane = 0; lane < half; ++lane) parts[lane] += parts[lane + half];
        y[n] = parts[0];
      });
}

template <class Real>
void Kernels<Real>::spread(Real* y, const Real* x, std::int64_t rows, std::int64_t width) {
  for_each_in_columns(
      "diff/spread", rows, width, KOKKOS_LAMBDA(std::int64_t row, std::int64_t n) { y[row + n * rows] = x[n]; });
}

template <class Real>
void Kernels<Real>::keep(Real* y, const Real* x, std::int64_t rows, std::int64_t width, std::int64_t count) {
  for_each_in_columns(
      "diff/keep", rows, width, KOKKOS_LAMBDA(std::int64_t row, std::int64_t n) {
        y[row + n * rows] = row < count ? x[row + n * rows] : Real(0);
      });
}

template struct Kernels<double>;
template struct Kernels<float>;

}  // namespace tessera::diff
