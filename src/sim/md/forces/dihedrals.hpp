// Torsions: the angle phi by which one vector is turned against another about a third, and energies of it.
#pragma once

#include "base/kokkos.hpp"
#include "sim/md/forces/vector3.hpp"

namespace tessera::sim::md {

/// phi between the parts of F and H across G, and its gradients, without a singularity where planes coincide: A = F x
/// G, B = H x G, cos phi = A.B/|A||B|, sin phi = (B x A).G/|A||B||G| (Blondel and Karplus, J. Comput. Chem. 17, 1132
/// (1996)). For atoms 1 to 4 with F = r12, G = r23, H = r43 this is IUPAC's dihedral angle: 180 degrees in trans,
/// positive where the further bond is turned clockwise.
struct Torsion {
  double cosine, sine;
  double by_f[3], by_g[3], by_h[3];  ///< d phi / d F, G, H

  KOKKOS_FORCEINLINE_FUNCTION Torsion(const double (&f)[3], const double (&g)[3], const double (&h)[3]) {
    double a[3], b[3];
    vec3::cross(f, g, a);
    vec3::cross(h, g, b);
    const double a2 = vec3::dot(a, a), b2 = vec3::dot(b, b), g2 = vec3::dot(g, g);
    // Three atoms in line have no angle, and get no force.
    const double inverse_a2 = a2 > 0.0 ? 1.0 / a2 : 0.0, inverse_b2 = b2 > 0.0 ? 1.0 / b2 : 0.0;
    const double length = kmath::sqrt(g2), inverse = kmath::sqrt(inverse_a2 * inverse_b2);
    cosine = vec3::dot(a, b) * inverse;
    sine = -length * vec3::dot(f, b) * inverse;
    const double along_f = vec3::dot(f, g) * inverse_a2 / length, along_h = vec3::dot(h, g) * inverse_b2 / length;
    for (int c = 0; c < 3; ++c) {
      by_f[c] = -length * inverse_a2 * a[c];
      by_h[c] = length * inverse_b2 * b[c];
      by_g[c] = along_f * a[c] - along_h * b[c];
    }
  }
};

/// sum over n of a_n cos n phi + b_n sin n phi, of the dihedral angle of four atoms in a row: opls, harmonic, charmm,
/// and cvff for impropers.
struct FourierTorsion {
  static constexpr int most = 6;                       ///< multiplicity
  static constexpr int num_parameters = 2 + 2 * most;  ///< highest n in use, a_0, then a_n, b_n
  static constexpr int atoms = 4, flops = 150;
  static constexpr bool can_break = false;

  template <bool WithEnergy>
  KOKKOS_FORCEINLINE_FUNCTION static double evaluate(const double* p, const double (&x)[4][3], double (&f)[4][3],
                                                     bool&) {
    double one[3], axis[3], two[3];
    vec3::subtract(x[0], x[1], one);
    vec3::subtract(x[1], x[2], axis);
    vec3::subtract(x[3], x[2], two);
    const Torsion phi(one, axis, two);
    double c = 1.0, s = 0.0, energy = p[1], slope = 0.0;
    const int highest = static_cast<int>(p[0]);
    for (int n = 1; n <= highest; ++n) {
      const double next = c * phi.cosine - s * phi.sine;
      s = s * phi.cosine + c * phi.sine;
      c = next;
      energy += p[2 * n] * c + p[2 * n + 1] * s;
      slope += n * (p[2 * n + 1] * c - p[2 * n] * s);
    }
    for (int d = 0; d < 3; ++d) {
      f[0][d] = -slope * phi.by_f[d];
      f[3][d] = -slope * phi.by_h[d];
      f[1][d] = -f[0][d] - slope * phi.by_g[d];
      f[2][d] = -f[3][d] + slope * phi.by_g[d];
    }
    return energy;
  }
};

}  // namespace tessera::sim::md
