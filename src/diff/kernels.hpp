// Internal: what an evaluation does to arrays, one function an operation. (row, number) lies at row + number * rows.
#pragma once

#include <array>
#include <cstdint>

#include "diff/graph.hpp"

namespace tessera::diff {

/// Of float or double.
template <class Real>
struct Kernels {
  static void fill(Real* y, std::int64_t count, Real value);
  static void copy(Real* y, const Real* x, std::int64_t count);
  static void combine(Real* y, const Real* x, const Real* z, std::int64_t count, Real a, Real b);
  static void scale_shift(Real* y, const Real* x, std::int64_t count, Real scale, Real shift);
  static void product(Real* y, const Real* x, const Real* z, std::int64_t count);
  static void minimum(Real* y, const Real* x, const Real* z, std::int64_t count);
  static void below(Real* y, const Real* x, const Real* z, std::int64_t count);
  static void clip(Real* y, const Real* x, std::int64_t count, Real low, Real high);
  static void inside(Real* y, const Real* x, std::int64_t count, Real low, Real high);
  static void apply(Function function, std::int64_t order, Real* y, const Real* x, std::int64_t count);
  /// Derivatives 0 to `last` of an activation, which share an exponential.
  static void apply_orders(Function function, std::int64_t last, const std::array<Real*, 4>& y, const Real* x,
                           std::int64_t count);

  static void row_sum(Real* y, const Real* x, std::int64_t rows, std::int64_t width);
  static void repeat(Real* y, const Real* x, std::int64_t rows, std::int64_t width);
  /// Of the first `count` rows, in an order that depends on nothing else.
  static void sum(Real* y, const Real* x, std::int64_t rows, std::int64_t width, std::int64_t count);
  static void spread(Real* y, const Real* x, std::int64_t rows, std::int64_t width);
  static void keep(Real* y, const Real* x, std::int64_t rows, std::int64_t width, std::int64_t count);
};

}  // namespace tessera::diff
