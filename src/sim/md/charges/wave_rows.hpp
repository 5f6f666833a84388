// Internal to the Ewald sum: the waves of half of k space, in rows along the third reciprocal vector.
#pragma once

#include <vector>

#include "data/box.hpp"

namespace tessera::sim::md {

/// k = 2 pi (n0 b0 + n1 b1 + n2 b2). A row has (n0, n1), from one half of the plane, and n2 = 0, +-1, ... +-length - 1,
/// of which +n2 and -n2 make one entry.
struct WaveRow {
  int n[2];
  int first;   ///< entry
  int length;  ///< entries
};

struct Waves {
  std::vector<WaveRow> rows;
  /// Two per entry, +n2 and -n2: (4 pi/V) exp(-k^2/4 alpha^2)/k^2, what |S(k)|^2 of k and -k contribute to the energy
  /// without k_e. Zero for waves that do not count.
  std::vector<double> weight;
  std::vector<double> k;       ///< (entry, sign, 3), likewise
  int largest[3] = {0, 0, 0};  ///< |n|
  std::int64_t count = 0;      ///< waves, k and -k
};

/// Local. All with 0 < |k| < k_cutoff. Throws Error (input) if they are too many.
Waves find_waves(const data::Box& box, double alpha, double k_cutoff);
/// Those of the same numbers, in another box.
void move_waves(const data::Box& box, double alpha, Waves& waves);

}  // namespace tessera::sim::md
