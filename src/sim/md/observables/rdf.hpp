// Radial distribution functions of all pairs of types.
#pragma once

#include <cstdint>
#include <memory>

#include "deck/binder.hpp"
#include "sim/md/observables/observable.hpp"

namespace tessera::sim::md {

struct RdfParams {
  std::int64_t every = 100;
  std::int64_t bins = 200;
  double range = 2.5;
};
void bind(deck::Binder& binder, RdfParams& params);

/// Collective. g_ab(r) = pairs in the shell / (N_a N_b/V shell volume), every image counted: `range` may exceed the
/// cutoff and half the box, and N_b/V 4 pi r^2 g_ab(r) integrates to the number of neighbours of a periodic system (at
/// short range an ideal gas of N particles has g = 1 - 1/N). Table rdf.csv: r, g_total, g_<a>_<b> for a <= b.
/// Throws Error (input) if copies cannot reach that far: more than about ten boxes, or tiles, away.
std::unique_ptr<Observable> make_rdf(const RdfParams& params, const Engine& engine);

}  // namespace tessera::sim::md
