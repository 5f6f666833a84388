// Pairs that pair potentials leave out: atoms of a molecule that are bonded, or a few bonds apart.
#pragma once

#include <cstdint>

#include "data/cluster_pairs.hpp"
#include "data/particles.hpp"
#include "data/row_index.hpp"

namespace tessera::data {

/// The column of particles that says whom each one's pairs leave out (std::int64_t, some slots a row): 4 id + bonds
/// apart (1, 2 or 3), or 0 for an empty slot. Whoever is named names back.
inline constexpr const char* excluded_column = "excluded";
KOKKOS_INLINE_FUNCTION constexpr std::int64_t excluded_entry(std::int64_t id, int bonds) { return 4 * id + bonds; }
KOKKOS_INLINE_FUNCTION constexpr std::int64_t excluded_id(std::int64_t entry) { return entry / 4; }
KOKKOS_INLINE_FUNCTION constexpr int excluded_bonds(std::int64_t entry) { return static_cast<int>(entry % 4); }

/// For each owned row the clusters that hold partners to be left out, and in which lanes. These clusters are in no
/// inner list: kernels go through them apart, with masks, and never search. Of several images of a partner only the
/// nearest is left out.
struct Exclusions {
  int slots = 0;           ///< clusters a row has room for; 0 where nothing is left out anywhere
  Array1<unsigned> home;   ///< lanes of a row's own cluster, by row
  Array1<int> count;       ///< other clusters of a row
  Array1<int> cluster;     ///< (row * slots + n); those that the row's list may hold: see PairCount
  Array1<unsigned> lanes;  ///< likewise, bit n for lane n
};

/// Local. Of the column above. `reach`: distance within which all images of a particle have rows.
Exclusions find_exclusions(const Particles& particles, const RowIndex& index, double reach, const ClusterPairs& pairs);

/// Local. Takes their clusters out of the lists of particles.
void take_out(const Exclusions& exclusions, int num_owned, const ClusterLists& inner);

}  // namespace tessera::data
