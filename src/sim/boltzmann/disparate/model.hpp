// Mixtures of a light and a heavy gas whose masses differ much: what their collisions with one another come to.
//
// eps = sqrt(m_light / m_heavy). Light velocities v in a unit V, heavy ones w in eps V; densities, temperatures
// (energies) and kernels in units common to both, with the mass of light particles 1; the time unit is a light
// collision time over eps^epoch. In these units both species have mass 1 on their own grid, momentum is int v f +
// (1/eps) int w h, and energy (1/2) int v^2 f + (1/2) int w^2 h. Collisions of heavy particles have the kernel eps
// times that of `heavy`, which is what variable hard spheres of one diameter come to.
//
// The operators between the species are expanded in eps about the mean velocity of the heavy gas, in the manner of
// Degond and Lucquin-Desreux, Math. Models Methods Appl. Sci. 6 (1996) 405: with c = v - eps u_H, the spherical mean
// Fbar(|c|) of f, and nu = total(cross) |c|^gamma,
//   d_t f = Q_LL + R1 n_H nu (Fbar - f) + eps^2 R2 n_H div( nu (c Fbar + T_H grad Fbar) )
//   d_t h = eps Q_HH - eps R1 F.grad h + eps^2 R2 ( A div((w - u_H) h) + D Laplace h )
//   F = int nu c f,  A = (3 + gamma)/3 int nu f,  D = 1/3 int nu |c|^2 f
// The last term of the first line acts on the mean alone: on the first harmonic it would be diffusion backwards.
#pragma once

#include "sim/gas.hpp"

namespace tessera::sim::boltzmann::disparate {

enum class Expansion {
  resummed,  ///< R1 = g/(1+eps^2), R2 = g/(1+eps^2)^2, g = (1 + eps^2 T_H/T_L)^(gamma/2): exact for Maxwell molecules
             ///< and for two Maxwellians at rest, whatever the masses
  plain,     ///< R1 = R2 = 1
};

struct MixtureModel {
  double eps = 0.1;
  CollisionKernel light, cross, heavy;  ///< isotropic
  Expansion expansion = Expansion::resummed;

  /// R1 and R2.
  double fast_factor(double light_temperature, double heavy_temperature) const;
  double slow_factor(double light_temperature, double heavy_temperature) const;
  /// kappa(T): a Maxwellian light gas has D = n T kappa/3 and A = n kappa/3.
  double exchange_rate(double light_temperature) const;
};

/// By what the right-hand sides are multiplied where the time unit is that of an epoch, 0 to 2.
struct EpochFactors {
  double light, heavy, slow;  ///< eps^-s, eps^(1-s), eps^(2-s)
};
EpochFactors epoch_factors(double eps, int epoch);

/// |c|^gamma from |c|^2.
double speed_power(double square, double gamma);

}  // namespace tessera::sim::boltzmann::disparate
