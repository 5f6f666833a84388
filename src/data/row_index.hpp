// From particle ids to the rows of one rank, copies of neighbours' particles included.
#pragma once

#include <cstdint>

#include "base/kokkos.hpp"
#include "data/halo.hpp"
#include "data/particles.hpp"

namespace tessera::data {

/// Chains of rows whose ids share their last bits. An id may have several rows: the particle and images of it.
struct RowIndex {
  Array2<std::int64_t> id;  ///< (rows, 1), copies included
  Array1<int> first;        ///< of each chain; as many as a power of two
  Array1<int> next;         ///< row behind a row in its chain; -1 ends it

  /// The row with this id that is nearest to a place, -1 if there is none; of rows equally near the first.
  KOKKOS_FUNCTION int nearest(std::int64_t wanted, const Array2<double>& position, const double (&place)[3],
                              double& distance2) const {
    int found = -1;
    distance2 = HUGE_VAL;
    const auto mask = static_cast<std::int64_t>(first.extent(0)) - 1;
    for (int row = first(wanted & mask); row >= 0; row = next(row)) {
      if (id(row, 0) != wanted) continue;
      double r2 = 0.0;
      for (int c = 0; c < 3; ++c) r2 += (position(row, c) - place[c]) * (position(row, c) - place[c]);
      if (r2 > distance2 || (r2 == distance2 && row > found)) continue;
      distance2 = r2;
      found = row;
    }
    return found;
  }
};

/// Collective. Of the rows as they are now.
RowIndex make_row_index(const Particles& particles, const Halo& halo);

}  // namespace tessera::data
