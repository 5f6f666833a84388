// What a stage of direct simulation Monte Carlo will take.
#pragma once

#include "sim/dsmc/params.hpp"
#include "sim/stage.hpp"

namespace tessera::sim::dsmc {

/// Local. Throws Error (input) if it cannot run on so many ranks.
Estimate estimate_of(const DsmcParams& params, int ranks);

}  // namespace tessera::sim::dsmc
