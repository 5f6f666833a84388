// Bonds: energies of the distance r between two atoms.
#pragma once

#include "base/kokkos.hpp"

namespace tessera::sim::md {

/// A form (bonded_term.hpp) from `radial`, which gives the energy and -u'(r)/r.
template <class Radial>
struct Bond {
  static constexpr int atoms = 2, num_parameters = Radial::num_parameters, flops = Radial::flops + 17;
  static constexpr bool can_break = Radial::can_break;

  template <bool WithEnergy>
  KOKKOS_FORCEINLINE_FUNCTION static double evaluate(const double* p, const double (&x)[2][3], double (&f)[2][3],
                                                     bool& is_broken) {
    const double d[3] = {x[0][0] - x[1][0], x[0][1] - x[1][1], x[0][2] - x[1][2]};
    double force = 0.0;
    const double energy =
        Radial::template radial<WithEnergy>(p, d[0] * d[0] + d[1] * d[1] + d[2] * d[2], force, is_broken);
    for (int c = 0; c < 3; ++c) {
      f[0][c] = force * d[c];
      f[1][c] = -f[0][c];
    }
    return energy;
  }
};

/// k (r - r0)^2
struct HarmonicRadial {
  static constexpr int num_parameters = 2, flops = 7;
  static constexpr bool can_break = false;
  template <bool WithEnergy>
  KOKKOS_FORCEINLINE_FUNCTION static double radial(const double* p, double r2, double& force, bool&) {
    const double r = kmath::sqrt(r2), stretch = r - p[1];
    force = r > 0.0 ? -2.0 * p[0] * stretch / r : 0.0;
    return p[0] * stretch * stretch;
  }
};

/// d [1 - exp(-alpha (r - r0))]^2 (Morse, Phys. Rev. 34, 57 (1929))
struct MorseRadial {
  static constexpr int num_parameters = 3, flops = 20;
  static constexpr bool can_break = false;
  template <bool WithEnergy>
  KOKKOS_FORCEINLINE_FUNCTION static double radial(const double* p, double r2, double& force, bool&) {
    const double r = kmath::sqrt(r2), decay = kmath::exp(-p[1] * (r - p[2]));
    force = r > 0.0 ? -2.0 * p[0] * p[1] * (1.0 - decay) * decay / r : 0.0;
    return p[0] * (1.0 - decay) * (1.0 - decay);
  }
};

/// -k/2 R0^2 ln[1 - (r/R0)^2], and below 2^(1/6) sigma 4 epsilon [(sigma/r)^12 - (sigma/r)^6] + epsilon (Kremer and
/// Grest, J. Chem. Phys. 92, 5057 (1990)).
struct FeneRadial {
  enum { k, inverse_r02, half_k_r02, sigma2, epsilon, core2, num_parameters };
  static constexpr int flops = 16;
  static constexpr bool can_break = true;
  template <bool WithEnergy>
  KOKKOS_FORCEINLINE_FUNCTION static double radial(const double* p, double r2, double& force, bool& is_broken) {
    constexpr double least = 1e-6;  // never reached by bonds that hold
    double left = 1.0 - r2 * p[inverse_r02];
    if (!(left > 0.0)) is_broken = true;
    left = left > least ? left : least;
    // One division for both parts.
    const double inverse = 1.0 / (left * r2);
    const double s2 = p[sigma2] * left * inverse, s6 = s2 * s2 * s2;
    const bool is_close = r2 < p[core2];
    force = -p[k] * r2 * inverse + (is_close ? 48.0 * p[epsilon] * s6 * (s6 - 0.5) * left * inverse : 0.0);
    if constexpr (!WithEnergy) return 0.0;
    return -p[half_k_r02] * kmath::log(left) + (is_close ? 4.0 * p[epsilon] * s6 * (s6 - 1.0) + p[epsilon] : 0.0);
  }
};

}  // namespace tessera::sim::md
