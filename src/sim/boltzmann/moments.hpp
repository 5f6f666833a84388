// Moments of a distribution function on a velocity grid, and distributions of given moments.
#pragma once

#include <span>

#include "sim/boltzmann/velocity_grid.hpp"

namespace tessera::sim::boltzmann {

/// Per unit of phase space; d velocities: n = int f, n u = int v f, d n T = m int |v - u|^2 f. Temperatures are
/// energies.
struct Moments {
  double density = 0.0;
  double velocity[3] = {0.0, 0.0, 0.0};  ///< the grid's centre in directions that it has not
  double temperature = 0.0;
};

/// Local. Sums in the order of the grid, over grid.size() values.
Moments moments(const VelocityGrid& grid, double mass, std::span<const double> f);

/// Local. int m c_i c_j f (xx, yy, zz, xy, xz, yz) and the heat flux (m/2) int c |c|^2 f, c = v - u.
struct Fluxes {
  double stress[6] = {};
  double heat[3] = {};
};
Fluxes fluxes(const VelocityGrid& grid, double mass, const Moments& moments, std::span<const double> f);

/// Local. n (m / 2 pi T)^(d/2) exp(-m c^2 / 2T) at the points: its sums are these moments to the accuracy of the grid.
void sample_maxwellian(const VelocityGrid& grid, double mass, const Moments& moments, std::span<double> f);

/// Local. The same with correct_moments: its sums are these moments to rounding.
void discrete_maxwellian(const VelocityGrid& grid, double mass, const Moments& moments, std::span<double> f);

/// What sums of a distribution, or of its rate of change, should be: int f, int v f, int |v|^2 f.
struct Invariants {
  double number = 0.0;
  double momentum[3] = {0.0, 0.0, 0.0};
  double energy = 0.0;
};
Invariants invariants(const VelocityGrid& grid, std::span<const double> f);
/// Of a distribution with these moments.
Invariants invariants_of(const VelocityGrid& grid, double mass, const Moments& moments);

/// Local. values += weight (a + b.c + e |c|^2) with the coefficients that make the sums of `values` the target (Gamba
/// and Tharkabhushanam 2009 with this weight: a Maxwellian leaves the tails alone). `moments` are the weight's.
/// Throws Error (numeric) if the weight is too narrow or too wide for the grid to tell the sums apart.
void correct_moments(const VelocityGrid& grid, double mass, const Moments& moments, std::span<const double> weight,
                     const Invariants& target, std::span<double> values);

}  // namespace tessera::sim::boltzmann
