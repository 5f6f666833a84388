// Isotropic distributions as a Maxwellian times Sonine polynomials, and what collisions do to their coefficients.
#pragma once

#include <vector>

#include "sim/boltzmann/disparate/model.hpp"

namespace tessera::sim::boltzmann::disparate {

/// phi_k(x), k < count: L_k^(1/2)(x) normalised such that they are orthonormal for a Maxwellian of unit density, with
/// x = |c|^2 / 2T.
void sonine(int count, double x, double* values);
/// d phi_k / dx.
void sonine_slopes(int count, double x, double* slopes);

/// Slow exchange with a gas at rest: for f = M sum_k a_k phi_k of temperature T, with nu = strength |c|^gamma,
///   div( nu (c f + T' grad f) ) = M sum_k b_k phi_k,  b = T^(gamma/2) (friction + (T'/T) diffusion) a
///   friction_kj = - int nu r^2 phi_k' phi_j,  diffusion_kj = - int nu r^2 phi_k' (phi_j' - phi_j)
/// over a Maxwellian of unit density and temperature, x = r^2/2, T = 1. Row by row.
struct ExchangeMatrices {
  int size = 0;
  std::vector<double> friction, diffusion;
};
ExchangeMatrices exchange_matrices(int size, double strength, double gamma);

/// Rates d a_k/dt = sum_lm tensor[(k size + l) size + m] a_l b_m of species i by collisions with species j: both have a
/// Maxwellian of one temperature as weight, own = m_i/(m_i + m_j), B = strength (scale Z)^gamma, isotropic, where Z is
/// the relative velocity in units of its thermal width sqrt(T/m_r), `scale`. Exact but for rounding: in coordinates of
/// the centre of mass all integrals are over polynomials.
std::vector<double> collision_tensor(int size, double own, double strength, double gamma, double scale);

/// What collisions within a gas of density and temperature 1 do to small a_k (by columns of l): the tensor linearised.
/// size x size, row by row.
std::vector<double> linear_collisions(int size, const CollisionKernel& kernel);

}  // namespace tessera::sim::boltzmann::disparate
