// The extended pencil of a Riccati equation, from which its solution is read.
#pragma once

#include "math/riccati.hpp"
#include "math/schur.hpp"

namespace tessera::math {

/// Diagonal changes of units, powers of two: state = diag(state) new state, input = diag(input) new input.
struct RiccatiScaling {
  std::vector<double> state, input;
};

/// Units in which rows and columns of the pencil are of like size.
RiccatiScaling balance(TimeDomain domain, const RiccatiProblem& problem);
RiccatiProblem in_units(const RiccatiProblem& problem, const RiccatiScaling& scaling);
/// The solution of the first problem from that of the scaled one.
Matrix from_units(Matrix x, const RiccatiScaling& scaling);

/// Stable deflating subspace of the pencil in (state, costate), the inputs eliminated by a QR factorisation: 2n x
/// num_stable. Error (input) if some combination of inputs acts neither on states nor on cost.
StableSubspace riccati_subspace(TimeDomain domain, const RiccatiProblem& problem);

}  // namespace tessera::math
