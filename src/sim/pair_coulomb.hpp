// The part of Coulomb's law that pairs within a cutoff account for.
#pragma once

#include "base/simd.hpp"
#include "base/sum.hpp"
#include "data/neighbourhood.hpp"
#include "sim/pair_table.hpp"
#include "sim/radial_series.hpp"

namespace tessera::sim {

/// How charges act within the cutoff, besides erfc(alpha r)/r: Truncation::none for the real part of Ewald's sum (or,
/// with alpha = 0, a plain cutoff), energy for Wolf's sum (J. Chem. Phys. 110, 8254 (1999)), force for damped shifted
/// forces (Fennell and Gezelter, J. Chem. Phys. 124, 234104 (2006)), smooth for a force-shifted one that is also
/// multiplied by exp(-smoothing^2/(r - cutoff)^2) (see Truncation).
struct CoulombParams {
  double cutoff = 0.0;
  double alpha = 0.0;     ///< 1/length
  double strength = 1.0;  ///< energy * length of charge^2 (Units::coulomb)
  Truncation truncation = Truncation::none;
  double smoothing = 0.0;    ///< length
  bool self_energy = false;  ///< half of what a pair's energy lacks to 1/r at no distance, for each particle
  double tolerance = 1e-14;  ///< of the screening functions, relative
};

/// Kernels without charges.
struct NoCharges {
  static constexpr bool is_active = false;
};

/// Charges in the column "pair_charge", scaled by the root of the strength.
struct PairCharges {
  static constexpr bool is_active = true;
  static constexpr int force_flops = 40;  ///< for a screening of 24 coefficients

  RadialSeries force, energy;  // what erf takes off 1/r^3 and 1/r
  double cutoff, cutoff2;
  double slope, shift;  // energy: 1/r - series - shift + slope (r - cutoff)
  double smoothing2;    // negative: not smoothed
  Array2<double> charge;

  /// -u'(r)/r of unit charges.
  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION V force_over_r(const V& r2) const {
    const V inverse2 = simd::reciprocal(r2), inverse = simd::root(inverse2);
    V f = inverse * (inverse2 - slope);
    if (force.num_quads > 0) f = f - force(r2);
    if (smoothing2 < 0.0) return f;
    const V gap = simd::reciprocal(V(r2 * inverse - cutoff)), gap2 = gap * gap;
    return simd::exponential(V(-smoothing2 * gap2)) *
           (f - 2.0 * smoothing2 * gap2 * gap * inverse * plain(r2, inverse));
  }

  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION V pair_energy(const V& r2) const {
    const V inverse = simd::root(simd::reciprocal(r2)), u = plain(r2, inverse);
    if (smoothing2 < 0.0) return u;
    const V gap = simd::reciprocal(V(r2 * inverse - cutoff));
    return simd::exponential(V(-smoothing2 * gap * gap)) * u;
  }

 private:
  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION V plain(const V& r2, const V& inverse) const {
    const V u = inverse - shift + slope * (r2 * inverse - cutoff);
    if (energy.num_quads == 0) return u;
    return u - energy(r2);
  }
};

/// Local. Without the column. Throws Error (input) for a cutoff or alpha that makes no sense.
PairCharges make_pair_charges(const CoulombParams& params);

/// Half of the limit of u(r) - 1/r at r = 0, of unit charges.
double self_energy(const CoulombParams& params);

/// Collective. Fills the column "pair_charge", copies included, from "charge": after every list build.
void spread_charges(data::Particles& particles, const data::Neighbourhood& near, double strength);

/// Local. Of all charges in "pair_charge".
ExactSum charge_self_energy(const data::Particles& particles, const CoulombParams& params);

}  // namespace tessera::sim
