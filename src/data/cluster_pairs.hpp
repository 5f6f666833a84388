// Neighbour search on clusters: `simd::width` consecutive rows form a cluster, and lists name clusters, not particles,
// so that one vector instruction works on one pair (particle, cluster). (Pall and Hess, Comput. Phys. Commun. 184,
// 2641 (2013) introduced lists of cluster pairs; here one side is a single particle.)
#pragma once

#include <cstdint>

#include "base/kokkos.hpp"
#include "base/simd.hpp"
#include "data/column_grid.hpp"
#include "data/particles.hpp"

namespace tessera::data {

/// half: a pair of owned particles is found once, from the one in the lower cluster (within a cluster: both ways, and
/// the kernel keeps one). full: from both. Pairs with copies are always found from the owned side.
enum class PairCount { half, full };

/// Half where one thread runs (forces are written to both sides), full where many would collide.
PairCount preferred_pair_count();

/// Lists of clusters, one after the other in no particular order; each list by itself is sorted, owned clusters first,
/// then halo ones.
struct ClusterLists {
  Array1<std::int64_t> begin;   ///< of each list within `cluster`
  Array1<int> num_owned;        ///< entries that are owned clusters
  Array1<int> num_total;        ///< all entries
  Array1<int> cluster;          ///< room for all lists
  Array1<std::int64_t> cursor;  ///< (1) entries in use
};

/// Local. Entries of the lists of that many rows, all of them and those that are owned clusters.
struct EntryCount {
  double all = 0.0, owned = 0.0;
};
EntryCount count_entries(const ClusterLists& lists, int rows);

/// Outer list of each owned cluster: the clusters whose bounding box comes within `radius` of one of its particles.
struct ClusterPairs {
  PairCount count = PairCount::half;
  ClusterLists lists;
  int num_owned_clusters = 0;
  int first_halo_cluster = 0;
};

/// Where the rows are, as the sort left them.
struct SortedRows {
  ColumnGrid grid;
  Array1<int> owned_offsets;  ///< see BinOrder
  Array1<int> halo_offsets;
};

/// Local. Searches with the positions as they are. Unused lanes of the last clusters are set far away first.
void find_cluster_pairs(Particles& particles, const SortedRows& rows, double radius, PairCount count,
                        ClusterPairs& pairs);

/// Local. Inner list of each owned particle: the clusters of the outer list with a particle within `radius` of it now.
void prune(const ClusterPairs& pairs, const Particles& particles, double radius, ClusterLists& inner);

}  // namespace tessera::data
