// The neighbours of each particle within a distance, side by side.
#pragma once

#include "data/neighbourhood.hpp"

namespace tessera::sim::md {

/// One row for each row of `search`, owned ones alone. Neighbour n of row i stands at (i, n).
struct Shells {
  Array1<int> count;          ///< of neighbours
  Array2<int> row;            ///< of the neighbour in search.particles()
  Array2<double> dx, dy, dz;  ///< from the particle to the neighbour
};

/// Local. All pairs of the search.
Shells find_shells(const data::PairSearch& search);

}  // namespace tessera::sim::md
