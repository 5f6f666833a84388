// Shear viscosity from the fluctuations of stress (Green and Kubo).
#pragma once

#include <cstdint>
#include <memory>

#include "deck/binder.hpp"
#include "sim/md/observables/observable.hpp"

namespace tessera::sim::md {

struct ViscosityParams {
  std::int64_t every = 4;
  std::int64_t lags = 500;
};
void bind(deck::Binder& binder, ViscosityParams& params);

/// eta(t) = V/(k_B T) integral from 0 to t of <P(0) P(s)> ds, averaged over the five independent components of the
/// traceless symmetric stress: P_xy, P_xz, P_yz, (P_xx - P_yy)/2, (2 P_zz - P_xx - P_yy)/(2 sqrt 3). That is the form
/// of Daivis & Evans, J. Chem. Phys. 100, 541 (1994), eq. 31, where every direction counts alike. Every sample is a
/// time origin. Table viscosity.csv: time, acf (mean over the components), normalised, viscosity (trapezoidal rule),
/// and viscosity_error from blocks of samples (BlockAverage of the integral that ends at each sample). Results: the
/// last row, which must lie on the plateau. A sample costs a pass over all pairs.
std::unique_ptr<Observable> make_viscosity(const ViscosityParams& params, const Engine& engine);

}  // namespace tessera::sim::md
