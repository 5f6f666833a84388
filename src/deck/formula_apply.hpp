// What the operations of formulas compute, on the host and in kernels.
#pragma once

#include <math.h>  // the functions of C are those of devices as well

#include "base/kokkos.hpp"
#include "deck/formula_op.hpp"

namespace tessera::deck {

/// Remainder of the division whose quotient is rounded down: it has the sign of b.
KOKKOS_INLINE_FUNCTION double floored_remainder(double a, double b) {
  const double remainder = ::fmod(a, b);
  return remainder != 0.0 && (remainder < 0.0) != (b < 0.0) ? remainder + b : remainder;
}

/// Operands beyond num_operands() are ignored. Follows IEEE 754 where there is no value: NaN or infinite, no error.
KOKKOS_FORCEINLINE_FUNCTION double apply(Op op, double a, double b, double c) {
  switch (op) {
    case Op::number:
    case Op::variable:
    case Op::argument:
    case Op::copy:
      return a;
    case Op::negate:
      return -a;
    case Op::abs:
      return ::fabs(a);
    case Op::sign:
      return (a > 0.0 ? 1.0 : 0.0) - (a < 0.0 ? 1.0 : 0.0);
    case Op::step:
      return a > 0.0 ? 1.0 : 0.0;
    case Op::floor:
      return ::floor(a);
    case Op::ceil:
      return ::ceil(a);
    case Op::sqrt:
      return ::sqrt(a);
    case Op::cbrt:
      return ::cbrt(a);
    case Op::exp:
      return ::exp(a);
    case Op::log:
      return ::log(a);
    case Op::log10:
      return ::log10(a);
    case Op::sin:
      return ::sin(a);
    case Op::cos:
      return ::cos(a);
    case Op::tan:
      return ::tan(a);
    case Op::asin:
      return ::asin(a);
    case Op::acos:
      return ::acos(a);
    case Op::atan:
      return ::atan(a);
    case Op::sinh:
      return ::sinh(a);
    case Op::cosh:
      return ::cosh(a);
    case Op::tanh:
      return ::tanh(a);
    case Op::erf:
      return ::erf(a);
    case Op::add:
      return a + b;
    case Op::subtract:
      return a - b;
    case Op::multiply:
      return a * b;
    case Op::divide:
      return a / b;
    case Op::power:
      return ::pow(a, b);
    case Op::atan2:
      return ::atan2(a, b);
    case Op::min:
      return b < a ? b : a;
    case Op::max:
      return a < b ? b : a;
    case Op::mod:
      return floored_remainder(a, b);
    case Op::select:
      return a > 0.0 ? b : c;
  }
  return a;
}

}  // namespace tessera::deck
