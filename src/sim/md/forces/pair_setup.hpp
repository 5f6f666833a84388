// From a deck's pair parameters to the table of all pairs of types.
#pragma once

#include <vector>

#include "data/system.hpp"
#include "sim/md/params.hpp"

namespace tessera::sim::md {

/// Mixes, overrides and resolves cutoffs for the species of a system. Throws Error (input) for a type that the deck
/// names and the system does not have, one without values, and a pair given twice.
PairTable make_pair_table(const PairParams& params, const std::vector<data::Species>& species);

}  // namespace tessera::sim::md
