// Self-intermediate scattering function: for how long a particle stays where it is.
#pragma once

#include <memory>
#include <vector>

#include "sim/md/observables/observable.hpp"
#include "sim/md/observables/time_origins.hpp"

namespace tessera::sim::md {

struct SelfScatteringParams : OriginParams {
  std::vector<double> wavenumbers;  ///< 1/length
};
void bind(deck::Binder& binder, SelfScatteringParams& params);

/// F_s(q, t) = <exp(i q . d(t))> of displacements d, averaged over all directions of q: <sin(q |d|)/(q |d|)> (Kob &
/// Andersen, Phys. Rev. E 52, 4134 (1995), for their mixture at q = 7.25). Any q will do: displacements are unwrapped.
/// Table self_scattering.csv: time; for each wavenumber, from the first one: Fs1_total, Fs1_<a>...; Fs2_total.... To be
/// made before the engine restores itself.
std::unique_ptr<Observable> make_self_scattering(const SelfScatteringParams& params, Engine& engine);

}  // namespace tessera::sim::md
