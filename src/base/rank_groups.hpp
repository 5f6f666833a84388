// How tasks that need no one another share the ranks: members of an ensemble, replicas.
#pragma once

#include <algorithm>
#include <cstdint>

namespace tessera {

/// min(ranks, tasks) groups of neighbouring ranks whose sizes differ by at most one; group g has the tasks g,
/// g + count... one after the other.
struct RankGroups {
  int count;
  int own;  ///< of this rank
  int num_ranks;

  RankGroups(int rank, int ranks, std::int64_t num_tasks)
      : count(static_cast<int>(std::min<std::int64_t>(ranks, num_tasks))),
        own(static_cast<int>(std::int64_t{rank} * count / ranks)),
        num_ranks(ranks) {}

  /// That of the group `count` is the end.
  int first_rank(int group) const { return static_cast<int>((std::int64_t{group} * num_ranks + count - 1) / count); }
};

}  // namespace tessera
