// Regulators of diagonal systems with one input, however many states: what a translation-invariant system falls into.
#pragma once

#include <complex>
#include <vector>

namespace tessera::math {

/// u = -sum gain_i x_i minimises the sum of q |x|^2 + r |u|^2.
struct DiagonalRegulator {
  std::vector<std::complex<double>> gain;
  double weight = 0.0;  ///< r + b*Pb
  /// Of the Riccati equation: an upper bound of the Frobenius norm of what is left of it, over the sum of its terms'
  /// norms.
  double residual = 0.0;
  /// The gain against the one that belongs to P, relative: stricter than the residual, whose terms q dominates.
  double gain_error = 0.0;
  double closed_loop_radius = 0.0;  ///< from powers of the closed loop; to about 1e-3 of its distance from the next
  int num_iterations = 0;
};

/// x+_i = values_i x_i + input_i u, complex numbers throughout. Modes whose modulus exceeds 0.98 are regulated alone by
/// the dense solution; with it, and with what each other mode would cost by itself, the change of P from one step of
/// the Riccati recursion to the next has rank 2, and Chandrasekhar's recursion (T. Kailath, M. Morf and G. Sidhu, IEEE
/// TAC 19 (1974) 315) brings it to 0: O(n) a step and in memory. P follows from the gain, its displacement P - A*PA =
/// q - gain* weight gain is of rank one beside q; that is what the residual is made from, in O(n) operations and n'^2
/// for the n' modes whose modulus is not below rounding. Error (input) on lengths that differ, weights that are not
/// positive, or more than 200 modes beyond 0.98; (numeric) as solve_riccati, and if the recursion does not end.
DiagonalRegulator diagonal_regulator(const std::vector<std::complex<double>>& values,
                                     const std::vector<std::complex<double>>& input, double q, double r);

}  // namespace tessera::math
