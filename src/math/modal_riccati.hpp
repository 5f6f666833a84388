// Regulators of large damped systems with one input and few outputs, given by their modes.
#pragma once

#include <complex>
#include <cstdint>
#include <vector>

namespace tessera::math {

/// z+_i = values_i z_i + input_i u, y = sum outputs_i z_i, a real system in the coordinates of its eigenvectors. Of
/// conjugate pairs the upper one is given, which stands for both.
struct ModalSystem {
  std::vector<std::complex<double>> values, input;
  std::vector<std::complex<double>> outputs;  ///< (mode, output), the last fastest
  int num_outputs = 0;
  /// Sum of outputs_i input_i over modes that are left out because their values are below rounding: one number an
  /// output.
  std::vector<double> rest;
};

/// u = -sum gain_i z_i (over both of each pair) minimises the sum of |y|^2 + r u^2.
struct ModalRegulator {
  std::vector<std::complex<double>> gain;
  double weight = 0.0;  ///< r + b'Pb
  /// (own_gain, own_weight) of the P that follows from gain and weight: what is left of the Riccati equation is
  /// weight gain'gain - own_weight own_gain'own_gain.
  std::vector<std::complex<double>> own_gain;
  double own_weight = 0.0;
  /// |gain - own_gain| / |gain|, in these coordinates.
  double gain_error = 0.0;
  double closed_loop_radius = 0.0;  ///< from powers of the closed loop: of the modes that last, in the mean
  std::int64_t num_iterations = 0;
};

/// By Chandrasekhar's recursion (T. Kailath, M. Morf and G. Sidhu, IEEE TAC 19 (1974) 315) from P = 0, whose changes
/// have as many dimensions as there are outputs: O(n) a step, and some 20 / (1 - radius of the closed loop) steps. P is
/// never formed: P_ij = (c_i*c_j - gain_i* weight gain_j) / (1 - values_i* values_j). Error (input) on lengths, values
/// that are not inside the unit circle, or r not positive; (numeric) if the recursion does not end.
ModalRegulator modal_regulator(const ModalSystem& system, double r);

/// z'Pz, the cost from there on, in O(n^2).
double modal_cost(const ModalSystem& system, const ModalRegulator& regulator,
                  const std::vector<std::complex<double>>& z);

}  // namespace tessera::math
