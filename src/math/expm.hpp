// The exponential of a matrix, and with it linear systems under an input that is held over each sample.
#pragma once

#include "math/matrix.hpp"

namespace tessera::math {

/// exp(a) by scaling and squaring with Pade approximants of degree 3 to 13: N. Higham, SIAM J. Matrix Anal. Appl. 26
/// (2005) 1179, with the degree and scaling of A. Al-Mohy and N. Higham, ibid. 31 (2009) 970, algorithm 5.1, which does
/// not overscale where a's powers are much smaller than its norm tells. Error (input) unless square and finite,
/// (numeric) if the result overflows.
Matrix expm(const Matrix& a);

/// x+ = a x + b u, one sample later.
struct SampledSystem {
  Matrix a, b;
};
/// x' = a x + b u with u held over each `sample_time`: both from one exponential, of [a b; 0 0] sample_time. For
/// several kinds of input, b has their columns side by side. Error (input) on shapes, or unless sample_time > 0.
SampledSystem zero_order_hold(const Matrix& a, const Matrix& b, double sample_time);

}  // namespace tessera::math
