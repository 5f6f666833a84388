// Velocity autocorrelation and the diffusion coefficient that follows from it.
#pragma once

#include <memory>

#include "sim/md/observables/observable.hpp"
#include "sim/md/observables/time_origins.hpp"

namespace tessera::sim::md {

struct VacfParams : OriginParams {
  VacfParams() { every = 2; }
};

/// Over many time origins; to be made before the engine restores itself. Table vacf.csv: time; vacf_total, vacf_<a>...:
/// <v(0) . v(t)>; the same divided by its value at 0: normalised_total, ...; its running integral over 3 (Green and
/// Kubo; trapezoidal rule): D_total, D_<a>....
std::unique_ptr<Observable> make_vacf(const VacfParams& params, Engine& engine);

}  // namespace tessera::sim::md
