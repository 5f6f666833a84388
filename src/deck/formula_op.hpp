// The operations that formulas are made of.
#pragma once

#include <cstdint>

namespace tessera::deck {

/// Ordered by the number of operands: one from `copy` on, two from `add` on, three for `select`.
enum class Op : std::uint16_t {
  number,
  variable,
  argument,  ///< of a function that is being defined
  copy,
  negate,
  abs,
  sign,
  step,
  floor,
  ceil,
  sqrt,
  cbrt,
  exp,
  log,
  log10,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  erf,
  add,
  subtract,
  multiply,
  divide,
  power,
  atan2,
  min,
  max,
  mod,
  select,  ///< the second if the first is above zero, otherwise the third
};
inline constexpr int num_ops = static_cast<int>(Op::select) + 1;

constexpr int num_operands(Op op) { return op < Op::copy ? 0 : op < Op::add ? 1 : op < Op::select ? 2 : 3; }

}  // namespace tessera::deck
