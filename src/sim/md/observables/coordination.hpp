// How many neighbours particles have.
#pragma once

#include <cstdint>
#include <memory>

#include "deck/binder.hpp"
#include "sim/md/observables/observable.hpp"

namespace tessera::sim::md {

struct CoordinationParams {
  std::int64_t every = 100;
  double cutoff = 1.5;
  std::int64_t most = 30;
};
void bind(deck::Binder& binder, CoordinationParams& params);

/// Neighbours closer than `cutoff`. Table coordination.csv: neighbours n from 0 to `most` (the last row: so many or
/// more), share_total: of particles with n neighbours, share_<a>_<b>: of particles of type a with n neighbours of type
/// b. Results: mean numbers of neighbours, also beyond `most`. Throws Error (input) if copies cannot reach that far.
std::unique_ptr<Observable> make_coordination(const CoordinationParams& params, const Engine& engine);

}  // namespace tessera::sim::md
