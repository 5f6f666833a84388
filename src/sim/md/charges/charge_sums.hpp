// The charges of a whole system, as far as sums over waves need them.
#pragma once

#include <cstdint>

#include "data/particles.hpp"

namespace tessera::sim::md {

struct ChargeSums {
  double sum = 0.0;             ///< charge
  double sum_of_squares = 0.0;  ///< charge^2
  std::int64_t count = 0;       ///< particles, charged or not
};

/// Collective. Of the column "charge"; the same on any number of ranks. Throws Error (input) where there is none.
ChargeSums charge_sums(const data::Particles& particles);

/// Whether charges cancel but for the digits that files give.
bool is_neutral(const ChargeSums& charges);

/// Local. Throws Error (input) if they do not.
void check_neutral(const ChargeSums& charges);

}  // namespace tessera::sim::md
