// A part of the forces on particles: pairs, more than two at a time, bonds, charges on a mesh.
#pragma once

#include <optional>

#include "base/sum.hpp"
#include "data/neighbourhood.hpp"
#include "sim/stage.hpp"

namespace tessera::sim {

/// Potential energy and virial sum r (x) f (xx yy zz xy xz yz; for pairs r_ij (x) f_ij), this rank's share of them: a
/// pair across ranks counts half on each. Order-independent sums.
struct ForceSums {
  ExactSum energy;
  ExactSum virial[6];

  ForceSums& operator+=(const ForceSums& other) {
    energy += other.energy;
    for (int n = 0; n < 6; ++n) virial[n] += other.virial[n];
    return *this;
  }
};

/// From one reduction of all seven, the energy first.
inline ForceSums force_sums(const ExactSums<7>& parts) {
  ForceSums sums;
  sums.energy = parts.part[0];
  for (int n = 0; n < 6; ++n) sums.virial[n] = parts.part[n + 1];
  return sums;
}

/// All calls are collective. One virtual call a pass, none a particle.
class ForceTerm {
 public:
  virtual ~ForceTerm() = default;

  /// Lists must hold all pairs this close.
  virtual double cutoff() const { return 0.0; }
  /// Whether lists must hold pairs of owned particles from both sides.
  virtual bool needs_full_lists() const { return false; }
  /// Whether forces on copies are added too; they are sent home after all terms, where the column "force" has room for
  /// copies (Column::halo).
  virtual bool adds_to_copies() const { return false; }

  /// Lists have been made anew: rows have changed, and copies hold position and type alone.
  virtual void rebuilt(data::Particles&, const data::Neighbourhood&) {}

  /// Particles have been carried along into another box.
  virtual void set_box(const data::Box&) {}

  /// Adds to the column "force": first what can be done while positions of copies are on their way (clusters without
  /// copies near them), then the rest.
  virtual void add_interior(const data::Particles& particles, const data::Neighbourhood& near) const = 0;
  virtual void add_boundary(const data::Particles& particles, const data::Neighbourhood& near) const = 0;

  /// Local. What is wrong with the forces that were added last, such as a bond that has torn.
  virtual std::optional<Error> problem() const { return {}; }

  /// Of both together, of this rank.
  virtual StepCost cost(const data::Particles& particles, const data::Neighbourhood& near) const = 0;
  /// Energy and virial, of the positions that forces were computed for; forces stay as they are.
  virtual ForceSums sums(const data::Particles& particles, const data::Neighbourhood& near) const = 0;

  /// Whether the term acts between pairs alone, none of which has energy by itself: then it has a heat flux.
  virtual bool has_heat_flux() const { return false; }
  /// The part of the heat flux times the volume that the term's energies and forces make, of this rank, for the same
  /// positions as sums(): over pairs 1/2 [u w + (f . w) r], w = v_i + v_j, r = x_i - x_j, f the force on i. A pair
  /// across ranks counts half on each. `velocity`: (row, component), rows of copies filled. Throws Error (internal)
  /// without.
  virtual ExactSums<3> heat_flux(const data::Particles&, const data::Neighbourhood&, const Array2<double>&) const {
    throw Error::internal("a term of the forces has no heat flux");
  }
};

}  // namespace tessera::sim
