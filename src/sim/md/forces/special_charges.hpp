// Coulomb forces between atoms that are close along bonds.
#pragma once

#include <memory>

#include "sim/force_term.hpp"
#include "sim/md/topology/params.hpp"
#include "sim/pair_coulomb.hpp"

namespace tessera::sim::md {

/// For the pairs that kernels leave out: what the kernels would have given, less 1 - weight times the bare 1/r. With
/// the sum over waves, in which all pairs are, this leaves the weight times 1/r; damped sums keep what stands for the
/// charges beyond the cutoff. nullptr if no pair is left out.
std::unique_ptr<ForceTerm> make_special_charges(const CoulombParams& charges, const SpecialParams& special);

}  // namespace tessera::sim::md
