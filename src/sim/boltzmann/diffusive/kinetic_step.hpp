// Internal to KineticLine: the numbers of its steps.
#pragma once

#include <cmath>

#include "base/kokkos.hpp"
#include "sim/boltzmann/diffusive/params.hpp"

namespace tessera::sim::boltzmann::diffusive {

/// ARS(2,2,2): implicit weights (gamma), (1 - gamma, gamma); explicit ones (gamma), (delta, 1 - delta).
inline const double ars_gamma = 1.0 - std::sqrt(0.5);
inline const double ars_delta = 1.0 - 0.5 / ars_gamma;

/// What an implicit stage is long.
inline double implicit_time(const LinearKineticParams& params, double dt) {
  return params.order == 1 ? dt : ars_gamma * dt;
}

/// v is an eigenvector of collisions with the rate sigma: g gets - share v E rho from E rho in an implicit stage of
/// time a.
KOKKOS_INLINE_FUNCTION double gradient_share(double a, double eps, double sigma) { return a / (eps * eps + a * sigma); }

}  // namespace tessera::sim::boltzmann::diffusive
