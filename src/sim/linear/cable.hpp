// The cable with a mass at its end (J. Burns and B. King; CM1 to CM5 of COMPleib), of any number of elements.
#pragma once

#include <cstdint>
#include <vector>

#include "math/modal_riccati.hpp"

namespace tessera::sim::linear {

/// Length 2, density 1, tension 1, Kelvin-Voigt damping 5e-5; the left end is fixed, the right end carries a mass of
/// 1.5 on a spring of 0.01. Linear finite elements, n free nodes h = 2/n apart: m q'' + d q' + k q = 1.5 e u, e the
/// last unit vector, m = h/6 tridiag(1, 4, 1) with h/3 + 1.5 in its last corner, k = tridiag(-1, 2, -1)/h with 1/h +
/// 0.01 there, d = 5e-5/h tridiag(-1, 2, -1) with 5e-5/h there. Outputs: displacement and velocity of the mass.
/// Input held over each sample.
///
/// Modes of (k, m) are sines whose wave numbers solve a scalar equation; the damping is 5e-5 (k - 0.01 ee'), so that
/// those of the quadratic pencil solve another.
class CableModes {
 public:
  /// Of those modes alone that keep more than 1e-13 of themselves in a sample: at most 700 / sample_time^1/2, whatever
  /// n. Error (input) for less than 2 nodes, a sample_time that is not positive, or one so short that it lets modes
  /// live which do not oscillate (that may be below 0.002).
  CableModes(std::int64_t num_nodes, double sample_time);

  /// The sampled system; coordinates as energy has them.
  const math::ModalSystem& system() const { return system_; }

  /// The row of numbers g for which g (q, q') = sum row_i z_i (over both of each pair): (node), displacements before
  /// velocities. O(n) for each mode.
  std::vector<double> in_nodes(const std::vector<std::complex<double>>& row) const;
  /// Modes of the state in which the mass alone moves, with velocity 1; or alone is displaced by 1.
  std::vector<std::complex<double>> moving_mass() const { return modes_of_mass(false); }
  std::vector<std::complex<double>> displaced_mass() const { return modes_of_mass(true); }

 private:
  std::complex<double> pencil(std::complex<double> rate, std::size_t sine) const;
  std::complex<double> rate_of(std::size_t mode, std::complex<double>& defect) const;
  std::complex<double> shape(std::size_t mode, std::size_t sine) const;
  void solve_pencil();
  void sample(double sample_time);
  std::vector<std::complex<double>> modes_of_mass(bool is_displaced) const;

  std::int64_t n_;
  double h_;
  // Of sines: angle per node, scale for unit mass, frequency^2, value at the mass.
  std::vector<double> angles_, scales_, squares_, tips_;
  // Of modes, each beside the sine of its number: lambda, what the spring takes from its damping, v'(2 lambda m + d) v.
  std::vector<std::complex<double>> rates_, defects_, norms_;
  math::ModalSystem system_;
};

/// Regulator of the sum of |outputs|^2 + 1.5 u^2 (the library's weights).
struct CableRegulator {
  std::vector<double> gain;  ///< u = gain (q, q')
  /// Of the Riccati equation in (q, q'): an upper bound of the Frobenius norm of what is left of it, over a lower bound
  /// of twice the norm of P.
  double residual = 0.0;
  std::int64_t num_iterations = 0;
};
CableRegulator cable_regulator(std::int64_t num_nodes, double sample_time);

}  // namespace tessera::sim::linear
