// Gains of linear controllers in discrete time, x+ = A x + B2 u + B1 w, as control texts define them.
#pragma once

#include "math/matrix.hpp"
#include "math/riccati.hpp"

namespace tessera::math {

/// Linear-quadratic regulator: u = gain x minimises the sum of x'qx + u'ru + 2 x'su.
struct Regulator {
  Matrix gain;     ///< n_u x n_x, with its sign
  Matrix riccati;  ///< n_x x n_x: the cost from x on is x' riccati x
  double residual = 0.0;
  double closed_loop_radius = 0.0;  ///< largest modulus of the eigenvalues of A + B gain
};
/// a n_x x n_x, b n_x x n_u, q and r symmetric, s n_x x n_u or empty. Errors of solve_riccati; (input) if the cost is
/// not bounded below, that is [q s; s' r] has a negative eigenvalue.
Regulator regulator(const Matrix& a, const Matrix& b, const Matrix& q, const Matrix& r, const Matrix& s = {},
                    UnseenModes unseen = UnseenModes::refuse);

/// For a constant target: u = gain x + tracking_gain target minimises the average of (x - target)'q(x - target) + u'ru.
/// (r + b'pb)^-1 b' (1 - (a + b gain)')^-1 q, n_u x n_x. Error (numeric) if the closed loop has the eigenvalue 1.
Matrix tracking_gain(const Matrix& a, const Matrix& b, const Matrix& q, const Matrix& r, const Regulator& regulator);

/// Stationary Kalman filter in predictor form, xh+ = (a - gain c) xh + b u + gain y, for x+ = a x + b u + w, y = c x +
/// v.
struct Filter {
  Matrix gain;        ///< n_x x n_y
  Matrix covariance;  ///< of the prediction's error
  double residual = 0.0;
  double radius = 0.0;  ///< largest modulus of the eigenvalues of a - gain c
};
/// c n_y x n_x; E ww' n_x x n_x, E vv' n_y x n_y, E wv' n_x x n_y or empty for 0. Errors as for the regulator, in terms
/// of measurements and disturbances.
Filter kalman_filter(const Matrix& a, const Matrix& c, const Matrix& process, const Matrix& measurement,
                     const Matrix& correlation = {}, UnseenModes unseen = UnseenModes::refuse);

/// A performance output z = c1 x + d11 w + d12 u.
struct Plant {
  Matrix a, b1, b2, c1, d11, d12;
};

/// State feedback against the worst disturbance: saddle point of the sum of |z|^2 - gamma^2 |w|^2 (T. Basar and P.
/// Bernhard, H-infinity Optimal Control, 1995), u = gain x, w = worst_disturbance x.
struct RobustRegulator {
  Matrix gain;               ///< n_u x n_x
  Matrix worst_disturbance;  ///< n_w x n_x
  Matrix riccati;            ///< x' riccati x is the value from x on
  double residual = 0.0;
  double closed_loop_radius = 0.0;  ///< of a + b2 gain: without disturbance
  double worst_case_radius = 0.0;   ///< of a + b2 gain + b1 worst_disturbance
  /// Smallest eigenvalues of riccati, of d12'd12 + b2'pb2, and of gamma^2 - d11'd11 - b1'pb1: all of them positive (the
  /// first: not negative) at a saddle point between players who see the state, not each other's move.
  double riccati_margin = 0.0, control_margin = 0.0, disturbance_margin = 0.0;
};
/// Errors of solve_riccati; (input) if there is no saddle point: gamma is too small.
RobustRegulator robust_regulator(const Plant& plant, double gamma, UnseenModes unseen = UnseenModes::refuse);

/// The limit of gamma to infinity: the regulator of |z|^2, that is of the H2 norm from w to z.
Regulator h2_regulator(const Plant& plant, UnseenModes unseen = UnseenModes::refuse);

}  // namespace tessera::math
