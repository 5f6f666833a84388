// Impropers: energies of how far four atoms are from a plane.
#pragma once

#include "base/kokkos.hpp"
#include "sim/md/forces/dihedrals.hpp"

namespace tessera::sim::md {

/// k (chi - chi0)^2 with chi between 0 and 180 degrees, the angle between the planes of atoms 1, 2, 3 and 2, 3, 4
/// (LAMMPS' improper style harmonic, docs of 2021); chi0 in radians.
struct HarmonicImproper {
  enum { k, chi0, num_parameters };
  static constexpr int atoms = 4, flops = 150;
  static constexpr bool can_break = false;

  template <bool WithEnergy>
  KOKKOS_FORCEINLINE_FUNCTION static double evaluate(const double* p, const double (&x)[4][3], double (&f)[4][3],
                                                     bool&) {
    double one[3], axis[3], two[3];
    vec3::subtract(x[0], x[1], one);
    vec3::subtract(x[1], x[2], axis);
    vec3::subtract(x[3], x[2], two);
    const Torsion chi(one, axis, two);
    const double angle = kmath::atan2(kmath::fabs(chi.sine), chi.cosine);
    const double bend = angle - p[chi0];
    const double slope = (chi.sine < 0.0 ? -2.0 : 2.0) * p[k] * bend;
    for (int d = 0; d < 3; ++d) {
      f[0][d] = -slope * chi.by_f[d];
      f[3][d] = -slope * chi.by_h[d];
      f[1][d] = -f[0][d] - slope * chi.by_g[d];
      f[2][d] = -f[3][d] + slope * chi.by_g[d];
    }
    return p[k] * bend * bend;
  }
};

}  // namespace tessera::sim::md
