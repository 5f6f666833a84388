// How far each particle is from being a centre of symmetry of its neighbours.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "deck/binder.hpp"
#include "sim/md/observables/observable.hpp"

namespace tessera::sim::md {

struct CentroSymmetryParams {
  std::int64_t every = 100;
  double cutoff = 1.5;
  std::int64_t neighbours = 12;
  std::int64_t bins = 100;
  std::optional<double> range;  ///< of the histogram; none: cutoff^2
};
void bind(deck::Binder& binder, CentroSymmetryParams& params);

/// Of the vectors r to the `neighbours` (N) nearest ones: the sum of the N/2 smallest |r_j + r_k|^2 over pairs of them
/// (Kelchner, Plimpton and Hamilton, Phys. Rev. B 58, 11085 (1998)). With N = 12 it is 0 in fcc and d^2, d the distance
/// of neighbours, in hcp, which a stacking fault is made of. Particles with fewer neighbours within the cutoff have
/// none: -1 in snapshots. Table centro_symmetry.csv: centro_symmetry (length^2), P, a density; what lies beyond the
/// range is in its last bin. Results: its mean, and the share of particles without. Column "centro_symmetry" of the
/// particles. Throws Error (input) if copies cannot reach that far.
std::unique_ptr<Observable> make_centro_symmetry(const CentroSymmetryParams& params, Engine& engine);

}  // namespace tessera::sim::md
