// Angles: energies of the angle theta at the second of three atoms.
#pragma once

#include "base/kokkos.hpp"
#include "sim/md/forces/vector3.hpp"

namespace tessera::sim::md {

/// k (theta - theta0)^2 + k_ub (r13 - r_ub)^2 (Urey and Bradley); theta0 in radians.
struct HarmonicAngle {
  enum { k, theta0, k_ub, r_ub, num_parameters };
  static constexpr int atoms = 3, flops = 80;
  static constexpr bool can_break = false;

  template <bool WithEnergy>
  KOKKOS_FORCEINLINE_FUNCTION static double evaluate(const double* p, const double (&x)[3][3], double (&f)[3][3],
                                                     bool&) {
    double u[3], w[3], normal[3];
    vec3::subtract(x[0], x[1], u);
    vec3::subtract(x[2], x[1], w);
    vec3::cross(u, w, normal);
    const double inverse_u = 1.0 / kmath::sqrt(vec3::dot(u, u)), inverse_w = 1.0 / kmath::sqrt(vec3::dot(w, w));
    const double area = kmath::sqrt(vec3::dot(normal, normal)), product = vec3::dot(u, w);
    const double bend = kmath::atan2(area, product) - p[theta0];
    constexpr double least = 1e-12;  // of the sine: in line, the direction of the force is lost
    const double cosine = product * inverse_u * inverse_w, sine = area * inverse_u * inverse_w;
    const double slope = 2.0 * p[k] * bend / (sine > least ? sine : least);
    for (int c = 0; c < 3; ++c) {
      const double along_u = u[c] * inverse_u, along_w = w[c] * inverse_w;
      f[0][c] = slope * inverse_u * (along_w - cosine * along_u);
      f[2][c] = slope * inverse_w * (along_u - cosine * along_w);
      f[1][c] = -f[0][c] - f[2][c];
    }
    double energy = p[k] * bend * bend;
    if (p[k_ub] != 0.0) {
      double d[3];
      vec3::subtract(x[0], x[2], d);
      const double r = kmath::sqrt(vec3::dot(d, d)), stretch = r - p[r_ub];
      const double force = -2.0 * p[k_ub] * stretch / r;
      for (int c = 0; c < 3; ++c) {
        f[0][c] += force * d[c];
        f[2][c] -= force * d[c];
      }
      energy += p[k_ub] * stretch * stretch;
    }
    return energy;
  }
};

}  // namespace tessera::sim::md
