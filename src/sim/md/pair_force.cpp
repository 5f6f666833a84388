// The one place where the pair kernels are compiled, for each evaluator.
#include "sim/md/pair_force.hpp"

#include "sim/md/pair_kernel.hpp"
#include "sim/md/pair_lj.hpp"

namespace tessera::sim::md {

namespace {

template <class Evaluator>
std::unique_ptr<PairForce> make(const PairTable& table) {
  if (table.num_types > 1) return std::make_unique<ClusterPairForce<Evaluator, true>>(table);
  return std::make_unique<ClusterPairForce<Evaluator, false>>(table);
}

}  // namespace

std::unique_ptr<PairForce> make_lennard_jones(const PairTable& table) {
  return table.truncation == Truncation::force ? make<ForceShiftedLennardJones>(table) : make<LennardJones>(table);
}

}  // namespace tessera::sim::md
