// Mean squared displacement, and what follows from it: the diffusion coefficient and how Gaussian displacements are.
#pragma once

#include <memory>
#include <optional>

#include "sim/md/observables/observable.hpp"
#include "sim/md/observables/time_origins.hpp"

namespace tessera::sim::md {

struct MsdParams : OriginParams {
  std::optional<double> viscosity;  ///< pressure * time
};
void bind(deck::Binder& binder, MsdParams& params);

/// Of unwrapped positions, over many time origins; to be made before the engine restores itself. Table msd.csv: time,
/// msd_total, msd_<a>..., then D_total, D_<a>...: a sixth of the slope of the straight line that fits the msd best
/// between half that time and that time (Einstein), so that later rows are less ballistic and noisier; then
/// alpha2_total, alpha2_<a>...: 3 <d^4> / (5 <d^2>^2) - 1, zero for displacements d with a Gaussian distribution
/// (Rahman, Phys. Rev. 136, A405 (1964)). Results: D over all lags, with its error from the scatter between origins
/// (BlockAverage), and with a viscosity eta D + 2.837297 k_B T / (6 pi eta L), that of a box without end (Yeh & Hummer,
/// J. Phys. Chem. B 108, 15873 (2004)). Throws Error (input) for a viscosity in a box that is not a periodic cube.
std::unique_ptr<Observable> make_msd(const MsdParams& params, Engine& engine);

}  // namespace tessera::sim::md
