// Integrals over a kinetic line, and its moments as fields.
#pragma once

#include "sim/boltzmann/diffusive/kinetic_line.hpp"

namespace tessera::sim::boltzmann::diffusive {

struct LineSums {
  double mass = 0.0;                ///< int rho
  double cosine = 0.0, sine = 0.0;  ///< (2 / L) int rho cos(k x), sin(k x); k = 2 pi / L, with walls pi / L
  double entropy = 0.0;         ///< (1/2) int exp(phi / T) <(f / M)^2>: it falls until f is a constant exp(-phi / T) M
  double deviation = 0.0;       ///< root of int <(f / M - rho)^2>: how far from equilibrium velocities are
  double kinetic_energy = 0.0;  ///< (1/2) int int v^2 f
};

/// Collective. The same bits on any number of ranks.
LineSums sum_line(const KineticLine& line);

/// Local. <v g> at the middle of cells: the mean of both faces. Ghosts of g must be filled.
void write_flux(const KineticLine& line, data::Field& flux);
/// Local. f / M at the middle of cells, one component a velocity.
void write_distribution(const KineticLine& line, data::Field& distribution);

}  // namespace tessera::sim::boltzmann::diffusive
