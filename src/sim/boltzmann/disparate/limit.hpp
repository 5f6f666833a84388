// The limit of vanishing ratios of masses.
#pragma once

#include "sim/boltzmann/disparate/model.hpp"

namespace tessera::sim::boltzmann::disparate {

/// d T_L/d tau = -(2/3) n_H kappa(T_L)(T_L - T_H) with tau = eps^2 t (t in light collision times) and the energy of
/// both kept, from these temperatures over a time tau (Runge and Kutta's method, 400 steps). Returns T_L.
double limit_temperature(const MixtureModel& model, const double (&density)[2], const double (&temperature)[2],
                         double tau);

}  // namespace tessera::sim::boltzmann::disparate
