// Gauss nodes of an equilibrium distribution over velocities, and the orthonormal polynomials that belong to them.
#pragma once

#include <vector>

namespace tessera::sim::boltzmann::diffusive {

/// Nodes rise and lie as far on one side of 0 as on the other: node m and count() - 1 - m have opposite velocities and
/// the same weight, to the last bit. Weights sum up to 1: sums over nodes are means over the equilibrium, exact for
/// polynomials of degree below 2 count().
struct VelocityModes {
  std::vector<double> nodes, weights;
  /// polynomial(n)[m]: number n at node m; their means of products are 1 or 0.
  std::vector<double> polynomials;
  double mean_square = 0.0;  ///< of the velocity

  int count() const { return static_cast<int>(nodes.size()); }
  const double* polynomial(int n) const { return polynomials.data() + static_cast<std::size_t>(n) * nodes.size(); }
};

/// Velocities spread evenly from -1 to 1 (the cosine of the direction of unit velocities): Legendre polynomials.
/// `count` is even.
VelocityModes legendre_modes(int count);

/// A Maxwellian of this temperature at unit mass: Hermite polynomials of v / sqrt(T). `count` is even.
VelocityModes hermite_modes(int count, double temperature);

}  // namespace tessera::sim::boltzmann::diffusive
