// Pairs of atoms one, two or three bonds apart, for which pair potentials count in part or not at all.
#pragma once

#include <array>

#include "data/exclusions.hpp"
#include "data/system.hpp"
#include "sim/md/topology/params.hpp"

namespace tessera::sim::md {

/// Pairs so many bonds apart (one, two, three) that do not fully count in the kernels: those with a weight other
/// than 1.
std::array<bool, 3> excluded_kinds(const SpecialParams& special);

/// Collective. Adds the column data::excluded_column, where particles have bonds or the like: partners of the kinds
/// wanted, found along bonds ("bonds" must be attached). A pair that is several numbers of bonds apart (in rings) is of
/// the least. An earlier column of that name is replaced.
void find_excluded_pairs(data::System& system, const std::array<bool, 3>& wanted);

}  // namespace tessera::sim::md
