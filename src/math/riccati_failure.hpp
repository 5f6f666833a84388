// Why a Riccati equation has no stabilising solution.
#pragma once

#include <complex>
#include <vector>

#include "math/riccati.hpp"

namespace tessera::math {

/// Throws Error (input) naming the modes by which no stabilising solution can exist: unstable ones that no input
/// reaches, marginal ones that the cost does not see. Returns if there are none.
void name_hopeless_modes(TimeDomain domain, const RiccatiProblem& problem);

/// Error (numeric) for all other reasons, naming the eigenvalues of the pencil on the border of stability, if there
/// are.
[[noreturn]] void fail_without_mode(TimeDomain domain, const RiccatiProblem& problem,
                                    const std::vector<std::complex<double>>& pencil_values, const std::string& reason);

/// a and q of the same problem in terms of u + r^-1 s' state, which has no cross term (pseudo-inverse of r).
struct WithoutCrossTerm {
  Matrix a, q;
};
WithoutCrossTerm without_cross_term(const RiccatiProblem& problem);

}  // namespace tessera::math
