// Rigid triangles of which two sides and two masses are alike, such as water, without iteration.
#pragma once

#include "sim/md/constraints/solve.hpp"

namespace tessera::sim::md {

/// SETTLE: Miyamoto and Kollman, J. Comput. Chem. 13, 952 (1992); its letters. `old` are the distances before the step
/// (Shape), x places after it, `leg` the sides at atom 0, `base` the third, w inverse masses. Sets the moves of the
/// atoms; returns false where there are none (the triangle has turned too far in one step).
KOKKOS_FORCEINLINE_FUNCTION bool settle(const double (&w)[3], const Vectors<3>& old, const Vectors<3>& x, double leg,
                                        double base, Vectors<3>& move) {
  const double share = w[0] / (2.0 * w[0] + w[1]);  // of the mass, that of atom 1 or 2
  const double rc = 0.5 * base, height = kmath::sqrt(leg * leg - rc * rc);
  const double ra = 2.0 * share * height, rb = height - ra;

  // Axes: z across the old plane, y and x from there and from where atom 0 is now, seen from the centre of mass.
  double a1[3], b1[3], c1[3], ax[3], ay[3], az[3], b0[3], c0[3];
  for (int c = 0; c < 3; ++c) {
    const double ab = x[1][c] - x[0][c], ac = x[2][c] - x[0][c], centre = share * (ab + ac);
    a1[c] = -centre;
    b1[c] = ab - centre;
    c1[c] = ac - centre;
    b0[c] = -old[0][c];
    c0[c] = -old[1][c];
  }
  const auto cross = [](const double(&p)[3], const double(&q)[3], double(&r)[3]) {
    r[0] = p[1] * q[2] - p[2] * q[1];
    r[1] = p[2] * q[0] - p[0] * q[2];
    r[2] = p[0] * q[1] - p[1] * q[0];
  };
  const auto normalise = [](double(&p)[3]) {
    const double scale = 1.0 / kmath::sqrt(dot3(p, p));
    for (double& value : p) value *= scale;
  };
  cross(b0, c0, az);
  cross(a1, az, ax);
  cross(az, ax, ay);
  normalise(ax);
  normalise(ay);
  normalise(az);
  const double xb0 = dot3(ax, b0), yb0 = dot3(ay, b0), xc0 = dot3(ax, c0), yc0 = dot3(ay, c0);
  const double za1 = dot3(az, a1);
  const double xb1 = dot3(ax, b1), yb1 = dot3(ay, b1), zb1 = dot3(az, b1);
  const double xc1 = dot3(ax, c1), yc1 = dot3(ay, c1), zc1 = dot3(az, c1);

  const double sin_phi = za1 / ra, cos_phi = kmath::sqrt(1.0 - sin_phi * sin_phi);
  const double sin_psi = (zb1 - zc1) / (2.0 * rc * cos_phi), cos_psi = kmath::sqrt(1.0 - sin_psi * sin_psi);
  const double ya2 = ra * cos_phi, xb2 = -rc * cos_psi;
  const double yb2 = -rb * cos_phi - rc * sin_psi * sin_phi, yc2 = -rb * cos_phi + rc * sin_psi * sin_phi;

  const double alpha = xb2 * (xb0 - xc0) + yb0 * yb2 + yc0 * yc2;
  const double beta = xb2 * (yc0 - yb0) + xb0 * yb2 + xc0 * yc2;
  const double gamma = xb0 * yb1 - xb1 * yb0 + xc0 * yc1 - xc1 * yc0;
  const double square = alpha * alpha + beta * beta;
  const double sin_theta = (alpha * gamma - beta * kmath::sqrt(square - gamma * gamma)) / square;
  const double cos_theta = kmath::sqrt(1.0 - sin_theta * sin_theta);

  const double a3[3] = {-ya2 * sin_theta, ya2 * cos_theta, za1};
  const double b3[3] = {xb2 * cos_theta - yb2 * sin_theta, xb2 * sin_theta + yb2 * cos_theta, zb1};
  const double c3[3] = {-xb2 * cos_theta - yc2 * sin_theta, -xb2 * sin_theta + yc2 * cos_theta, zc1};
  for (int c = 0; c < 3; ++c) {
    move[0][c] = ax[c] * a3[0] + ay[c] * a3[1] + az[c] * a3[2] - a1[c];
    move[1][c] = ax[c] * b3[0] + ay[c] * b3[1] + az[c] * b3[2] - b1[c];
    move[2][c] = ax[c] * c3[0] + ay[c] * c3[1] + az[c] * c3[2] - c1[c];
  }
  return sin_theta == sin_theta && cos_theta == cos_theta;  // not NaN: none of the roots was of a negative number
}

}  // namespace tessera::sim::md
