// Mean squared displacement and the diffusion coefficient that follows from it.
#pragma once

#include <memory>

#include "sim/md/observables/observable.hpp"
#include "sim/md/observables/time_origins.hpp"

namespace tessera::sim::md {

struct MsdParams : OriginParams {};

/// Of unwrapped positions, over many time origins; to be made before the engine restores itself. Table msd.csv: time,
/// msd_total, msd_<a>..., then D_total, D_<a>...: a sixth of the slope of the straight line that fits the msd best
/// between half that time and that time (Einstein), so that later rows are less ballistic and noisier.
std::unique_ptr<Observable> make_msd(const MsdParams& params, Engine& engine);

}  // namespace tessera::sim::md
