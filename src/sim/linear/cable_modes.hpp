// The vibrations of a cable with a mass at its end, of any number of elements.
#pragma once

#include <cstdint>
#include <vector>

#include "math/modal_riccati.hpp"
#include "sim/linear_model.hpp"

namespace tessera::sim::linear {

/// Of a Cable whose control is held over each sample; outputs are displacement and velocity of the mass.
///
/// Modes of (k, m) are sines whose wave numbers solve a scalar equation; the damping is 5e-5 (k - 0.01 ee'), so that
/// those of the quadratic pencil solve another.
class CableModes {
 public:
  /// Of those modes alone that keep more than 1e-13 of themselves in a sample: at most 700 / sample_time^1/2, whatever
  /// n. Error (input) for less than 2 elements, a sample_time that is not positive, or one so short that it lets modes
  /// live which do not oscillate (that may be below 0.002).
  CableModes(std::int64_t num_elements, double sample_time);

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

/// Of outputs and control with the library's weights, for the design of a regulator. Errors of CableModes.
ModalModel cable_modal_model(std::int64_t num_elements, double sample_time);

}  // namespace tessera::sim::linear
