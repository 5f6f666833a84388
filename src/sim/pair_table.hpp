// Parameters of pair potentials between types, as the deck gives them and as kernels read them.
#pragma once

#include <vector>

namespace tessera::sim {

/// One unordered pair of types.
struct PairCoefficients {
  double epsilon = 1.0, sigma = 1.0;
  double cutoff = 2.5;
};

/// What happens at the cutoff: nothing (the energy jumps), the energy shifted to zero, or energy and force.
enum class Truncation { none, energy, force };

struct PairTable {
  int num_types = 1;
  std::vector<PairCoefficients> pairs{PairCoefficients{}};  ///< (num_types, num_types), symmetric
  Truncation truncation = Truncation::none;
  bool tail_corrections = false;

  const PairCoefficients& operator()(int a, int b) const { return pairs[static_cast<std::size_t>(a * num_types + b)]; }
  double largest_cutoff() const {
    double largest = 0.0;
    for (const auto& pair : pairs) largest = pair.cutoff > largest ? pair.cutoff : largest;
    return largest;
  }
};

}  // namespace tessera::sim
