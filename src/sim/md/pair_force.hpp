// Pair forces, energies and virials on cluster lists.
#pragma once

#include <memory>

#include "base/sum.hpp"
#include "data/neighbourhood.hpp"
#include "sim/md/pair_table.hpp"
#include "sim/stage.hpp"

namespace tessera::sim::md {

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
  /// Local. Sets forces to zero, then computes those of clusters without copies near them, and later of the others:
  /// positions of copies may still be on their way during the first call.
  virtual void compute_interior(const data::Particles& particles, const data::Neighbourhood& near) const = 0;
  virtual void compute_boundary(const data::Particles& particles, const data::Neighbourhood& near) const = 0;
  /// Local. Of both computes together.
  virtual StepCost cost(const data::Particles& particles, const data::Neighbourhood& near) const = 0;
  /// Local. Energy and virial; forces stay as they are.
  virtual PairSums sums(const data::Particles& particles, const data::Neighbourhood& near) const = 0;
};

std::unique_ptr<PairForce> make_lennard_jones(const PairTable& table);

}  // namespace tessera::sim::md
