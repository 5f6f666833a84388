// The pair potential of a deck, evaluated for arrays of distances.
#pragma once

#include <optional>
#include <variant>

#include "sim/pair_lj.hpp"
#include "sim/pair_soft.hpp"
#include "sim/particles/params.hpp"
#include "sim/particles/particle_formulas.hpp"

namespace tessera::sim::particles {

/// Coefficients of the deck's potential times a factor; truncated so that the energy is 0 at the cutoff.
PairTable pair_table(const PairParams& params, double factor);

class RadialPotential {
 public:
  explicit RadialPotential(const LangevinParams& params);

  /// Local. -u'(r)/r of `count` distances; 0 beyond the cutoff, and at r = 0, where a force has no direction.
  void slopes(const Array1<double>& r, int count, double time, const Array1<double>& result) const;
  /// Local. u(r), 0 beyond the cutoff.
  void energies(const Array1<double>& r, int count, double time, const Array1<double>& result) const;

 private:
  double cutoff_;
  PairKind kind_;
  PairTable table_;
  std::optional<ParticleFormulas> slope_, energy_;  // -u' and u of a formula
};

}  // namespace tessera::sim::particles
