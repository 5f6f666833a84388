// What a whole run gives away of a row.
#pragma once

#include <cstdint>

#include "learn/fsgld/sampler_params.hpp"

namespace tessera::learn::fsgld {

/// Of the client whose rows are most exposed.
struct Exposure {
  std::int64_t client = 0;
  double epsilon = 0.0;
};

/// Local, the same on all ranks. Of `updates` local updates of every chain as the schedule has them, and of the fit of
/// surrogates. The noise of a chain's own steps (rule "langevin") counts, too.
Exposure exposure_of(const Clients& clients, const Schedule& schedule, const SamplerParams& params,
                     std::int64_t updates);

}  // namespace tessera::learn::fsgld
