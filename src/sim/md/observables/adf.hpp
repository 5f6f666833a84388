// Distribution of the angles between bonds.
#pragma once

#include <cstdint>
#include <memory>

#include "deck/binder.hpp"
#include "sim/md/observables/observable.hpp"

namespace tessera::sim::md {

struct AdfParams {
  std::int64_t every = 100;
  double cutoff = 1.5;
  std::int64_t bins = 180;
};
void bind(deck::Binder& binder, AdfParams& params);

/// Angles j-i-k at a particle i between two neighbours that are closer than `cutoff`, by the types of i, j and k. Each
/// distribution integrates to 1 over degrees (a gas without order: proportional to the sine). Table adf.csv: angle in
/// degrees, P_total, then by the types of (end, centre, end): P_<b>_<a>_<c> for b <= c. Results: bonds a particle.
/// Throws Error (input) if copies cannot reach that far.
std::unique_ptr<Observable> make_adf(const AdfParams& params, const Engine& engine);

}  // namespace tessera::sim::md
