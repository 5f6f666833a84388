// Pair forces on cluster lists of a potential that a deck gives as a formula.
#pragma once

#include "sim/force_term.hpp"
#include "sim/particles/radial.hpp"

namespace tessera::sim::particles {

/// Distances of many pairs are gathered, and the formula is evaluated for all of them at once. Lists must hold pairs of
/// owned particles from both sides (PairCount::full).
class FormulaPairs final : public ForceTerm {
 public:
  /// Forces and energies are those of the formula times a factor.
  FormulaPairs(const LangevinParams& params, double factor);

  void set_time(double time) { time_ = time; }

  double cutoff() const override { return cutoff_; }
  bool needs_full_lists() const override { return true; }

  void add_interior(const data::Particles& particles, const data::Neighbourhood& near) const override;
  void add_boundary(const data::Particles& particles, const data::Neighbourhood& near) const override;
  /// Not known: zero.
  StepCost cost(const data::Particles&, const data::Neighbourhood&) const override { return {}; }
  ForceSums sums(const data::Particles& particles, const data::Neighbourhood& near) const override;

 private:
  void add_forces(const data::Particles& particles, const data::Neighbourhood& near, int first_cluster,
                  int end_cluster) const;
  template <class Work>
  void for_chunks(const data::Particles& particles, const data::Neighbourhood& near, int begin, int end,
                  const Work& work) const;

  RadialPotential potential_;
  double cutoff_, factor_;
  double time_ = 0.0;
};

}  // namespace tessera::sim::particles
