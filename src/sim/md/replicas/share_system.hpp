// A system that all ranks have together, for each of several groups of them.
#pragma once

#include "base/rank_groups.hpp"
#include "data/system.hpp"

namespace tessera::sim::md {

/// Collective over the ranks of `original`, of which `group` has those of groups.own: every group gets all particles,
/// in nearly equal shares, with the columns that copy_system copies.
data::System share_system(const data::System& original, const Comm& group, const RankGroups& groups);

}  // namespace tessera::sim::md
