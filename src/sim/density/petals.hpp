// Points that run out of the centre of a flower along its petals, each of which splits in two that meet again at its
// tip: a stand-in for the data of G. Huguet and others, Manifold Interpolating Optimal-Transport Flows, NeurIPS 2022.
#pragma once

#include <memory>

#include "deck/binder.hpp"
#include "sim/sample_source.hpp"

namespace tessera::sim::density {

/// Point u of side +-1 of petal j of n: radius inner + (outer - inner) u, angle 2 pi j/n +- opening sin(pi u), plus
/// noise; at time t, u is uniform between t - spread/2 and t + spread/2, as far as that is in [0, 1].
struct PetalsParams {
  int petals = 6;
  double inner = 0.1, outer = 1.0;
  double opening = 0.45;  ///< radians
  double spread = 0.25;   ///< of five snapshots: one over four
  double noise = 0.03;    ///< standard deviation
};
/// The keys of petals, in a table that may have others.
void bind_petals(deck::Binder& binder, PetalsParams& params);

std::shared_ptr<const SampleSource> make_petals(const PetalsParams& params);

}  // namespace tessera::sim::density
