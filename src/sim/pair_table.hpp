// Parameters of pair potentials between types, as the deck gives them and as kernels read them.
#pragma once

#include <vector>

namespace tessera::sim {

/// One unordered pair of types.
struct PairCoefficients {
  double epsilon = 1.0, sigma = 1.0;
  double cutoff = 2.5;
};

/// What happens at the cutoff: nothing (the energy jumps), the energy shifted to zero, or energy and force; smooth:
/// shifted to zero and multiplied by exp(-smoothing^2 / (r - cutoff)^2), so that all derivatives vanish there (Carre,
/// Berthier, Horbach, Ispas and Kob, J. Chem. Phys. 127, 114512 (2007)). wca, in decks alone: Lennard-Jones at its
/// minimum, shifted in energy (Weeks, Chandler and Andersen, J. Chem. Phys. 54, 5237 (1971)).
enum class Truncation { none, energy, force, smooth, wca };

/// Coefficients of all pairs of types; each of them has a `cutoff` (0: the two do not interact).
template <class Coefficients>
struct PairTableOf {
  int num_types = 1;
  std::vector<Coefficients> pairs{Coefficients{}};  ///< (num_types, num_types), symmetric
  Truncation truncation = Truncation::none;
  bool tail_corrections = false;  ///< of energy and pressure: Lennard-Jones alone

  const Coefficients& operator()(int a, int b) const { return pairs[static_cast<std::size_t>(a * num_types + b)]; }
  double largest_cutoff() const {
    double largest = 0.0;
    for (const auto& pair : pairs) largest = pair.cutoff > largest ? pair.cutoff : largest;
    return largest;
  }
};

using PairTable = PairTableOf<PairCoefficients>;

}  // namespace tessera::sim
