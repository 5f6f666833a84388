// Algebraic Riccati equations: the stabilising solution, or why there is none.
#pragma once

#include <complex>
#include <vector>

#include "math/matrix.hpp"
#include "math/time_domain.hpp"

namespace tessera::math {

/// What the equation belongs to, so that errors speak of the right things: a regulator (inputs, cost), or a filter,
/// whose equation is that of the regulator of the transposed system (measurements, disturbances).
enum class RiccatiUse { regulator, filter };

/// Marginal modes that the cost does not see (or that no disturbance excites) keep the solution from stabilising
/// strictly. They are refused, or left as they are: x is 0 on them and the rest is stabilised.
enum class UnseenModes { refuse, leave };

/// n states, m inputs: a n x n, b n x m, q n x n and r m x m symmetric, possibly indefinite; s n x m, or empty for 0.
struct RiccatiProblem {
  Matrix a, b, q, r, s;
  RiccatiUse use = RiccatiUse::regulator;
  UnseenModes unseen = UnseenModes::refuse;
};

struct RiccatiSolution {
  Matrix x;               ///< n x n, symmetric
  Matrix gain;            ///< m x n: u = -gain x
  double residual = 0.0;  ///< Frobenius norm of what is left of the equation, over the sum of its terms' norms
  std::vector<std::complex<double>> closed_loop;  ///< eigenvalues of a - b gain
};

/// The x for which a - b gain is stable:
///   discrete    a'xa - x - (a'xb + s) (r + b'xb)^-1 (b'xa + s') + q = 0,  gain = (r + b'xb)^-1 (b'xa + s')
///   continuous  a'x + xa - (xb + s) r^-1 (b'x + s') + q = 0,             gain = r^-1 (b'x + s')
/// By the ordered QZ form of the extended pencil, which does not invert r (P. Van Dooren, SIAM J. Sci. Stat. Comput. 2
/// (1981) 121; W. Arnold and A. Laub, Proc. IEEE 72 (1984) 1746), balanced by a scaling of states and inputs (P.
/// Benner, SIAM J. Sci. Comput. 22 (2001) 1885), and where the residual asks for it by Newton's method (G. Hewer, IEEE
/// TAC 16 (1971) 382; D. Kleinman, ibid. 13 (1968) 114). O(n^3). Error (input): shapes, numbers that are not finite, q
/// or r not symmetric, r singular (discrete: only if inputs cancel in state and cost together), no stabilising
/// solution because of modes that no input reaches or marginal ones that the cost does not see, which are named; and
/// (numeric) none for other reasons, naming the eigenvalues of the pencil on the border of stability. A marginal closed
/// loop counts as none: double precision cannot tell it from one on the border.
RiccatiSolution solve_riccati(TimeDomain domain, const RiccatiProblem& problem);

}  // namespace tessera::math
