// Pair forces, energies and virials on cluster lists.
#pragma once

#include <memory>

#include "base/sum.hpp"
#include "data/neighbourhood.hpp"
#include "sim/pair_table.hpp"
#include "sim/stage.hpp"

namespace tessera::sim {

/// Potential energy and virial sum_pairs r_ij (x) f_ij (xx yy zz xy xz yz), of this rank's share of pairs:
/// a pair across ranks counts half on each. Order-independent sums.
struct PairSums {
  ExactSum energy;
  ExactSum virial[6];
};

/// A pair potential for all types of a system. One virtual call a pass, none a pair.
class PairForce {
 public:
  virtual ~PairForce() = default;
  /// Local. Adds to the column "force", or sets it, for clusters without copies near them, and later adds for the
  /// others: positions of copies may still be on their way during the first call.
  virtual void add_interior(const data::Particles& particles, const data::Neighbourhood& near) const = 0;
  virtual void compute_boundary(const data::Particles& particles, const data::Neighbourhood& near) const = 0;
  void compute_interior(const data::Particles& particles, const data::Neighbourhood& near) const {
    Kokkos::deep_copy(particles.get<double>("force"), 0.0);
    add_interior(particles, near);
  }
  /// Local. Of both together.
  virtual StepCost cost(const data::Particles& particles, const data::Neighbourhood& near) const = 0;
  /// Local. Energy and virial; forces stay as they are.
  virtual PairSums sums(const data::Particles& particles, const data::Neighbourhood& near) const = 0;
};

std::unique_ptr<PairForce> make_lennard_jones(const PairTable& table);
std::unique_ptr<PairForce> make_gaussian_repulsion(const PairTable& table);   ///< pair_soft.hpp
std::unique_ptr<PairForce> make_quadratic_repulsion(const PairTable& table);  ///< likewise

}  // namespace tessera::sim
