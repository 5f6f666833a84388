// Linear environments as the design of a controller needs them.
#pragma once

#include <complex>
#include <cstdint>
#include <functional>
#include <vector>

#include "math/matrix.hpp"
#include "math/modal_riccati.hpp"

namespace tessera::sim {

/// x+ = a x + b1 w + b2 u, z = c1 x + d11 w + d12 u, y = c x + d21 w. A step costs (x - target)'q(x - target) + u'ru +
/// 2 x'su. For systems whose matrices fit on every rank.
struct DenseModel {
  math::Matrix a, b1, b2, c1, d11, d12, c, d21;
  math::Matrix q, r, s;  ///< s is empty where there is no cross weight
  /// Of the noise in the state, in the measurement, and between them (empty: none), as a filter should assume.
  math::Matrix process, measurement, correlation;
  std::vector<double> target;      ///< empty: none
  std::vector<double> mean_start;  ///< of the state, before anything is drawn; empty: 0
  bool has_disturbance = false;    ///< b1, c1, d11, d12, d21 are there
};

/// The same for partial differential equations on a periodic grid, whatever their size: a is the same everywhere, so
/// that it acts on one Fourier mode at a time. A state is `fields` arrays of num_points values, one behind the other.
struct SpectralModel {
  std::int64_t num_points = 0;
  int fields = 1;
  /// (mode m = 0..num_points/2, row, column), the last fastest: what a does to the coefficients of exp(2 pi i m j / n).
  /// Of the Nyquist mode only the real part acts.
  std::vector<std::complex<double>> symbol;
  std::int64_t num_actions = 0;
  /// (action, field, point), the last fastest: columns of b2.
  std::vector<double> actuators;
  double q = 1.0, r = 1.0;  ///< a step costs q |x - target|^2 + r |u|^2
  /// Variances of the noise that each number of the state, and of the measurement, gets.
  double process = 0.0, measurement = 0.0;
  std::vector<std::int64_t> sensors;  ///< indices into the state
  std::vector<double> target;         ///< empty: none
};

/// The same for large damped systems with one action whose modes are known: a step costs |y|^2 + r u^2, y being the
/// outputs of `system`, whose modes' state is z.
struct ModalModel {
  math::ModalSystem system;
  double r = 1.0;
  /// Of one number a mode: the row g for which g x = sum row_i z_i (over both of each pair), x being the whole state.
  std::function<std::vector<double>(const std::vector<std::complex<double>>&)> in_state;
  /// The modes z of states of length 1, orthogonal to each other, with outputs of length 1: what they cost bounds the
  /// norm of the Riccati equation's solution from below.
  std::vector<std::vector<std::complex<double>>> probes;
};

}  // namespace tessera::sim
