// Mixtures at rest or in relative motion whose temperatures are known in closed form.
#pragma once

#include "sim/boltzmann/disparate/model.hpp"

namespace tessera::sim::boltzmann::disparate {

/// Two gases of Maxwell molecules, whatever their masses: mean velocities and temperatures from the moment equations,
/// which close (rate = total(cross), or its share that transfers momentum).
struct MaxwellMixture {
  double mass[2], density[2], rate;
  double velocity[2][3], temperature[2];  ///< at time 0

  struct State {
    double velocity[2][3], temperature[2];
  };
  State at(double time) const;
};

/// Both as in MixtureModel, where heavy velocities are in units eps V. Light collision times.
MaxwellMixture maxwell_mixture(const MixtureModel& model, const double (&density)[2], const double (&velocity)[2][3],
                               const double (&temperature)[2]);

/// The limit eps -> 0 of the last epoch, d T_L/d tau = -(2/3) n_H kappa(T_L)(T_L - T_H) with tau = eps^2 t, from
/// (tau = 0, T_L, T_H) to tau (Runge and Kutta's method, 400 steps). Returns T_L.
double limit_temperature(const MixtureModel& model, const double (&density)[2], const double (&temperature)[2],
                         double tau);

}  // namespace tessera::sim::boltzmann::disparate
