// The one place where the pair kernels are compiled, for each evaluator.
#include "sim/pair_force.hpp"

#include "sim/pair_kernel.hpp"
#include "sim/pair_lj.hpp"
#include "sim/pair_soft.hpp"

namespace tessera::sim {

namespace {

template <class Evaluator>
std::unique_ptr<ForceTerm> make(const PairTable& table) {
  if (table.num_types > 1) return std::make_unique<ClusterPairForce<Evaluator, true>>(table);
  return std::make_unique<ClusterPairForce<Evaluator, false>>(table);
}

}  // namespace

std::unique_ptr<ForceTerm> make_lennard_jones(const PairTable& table) {
  return table.truncation == Truncation::force ? make<ForceShiftedLennardJones>(table) : make<LennardJones>(table);
}

std::unique_ptr<ForceTerm> make_gaussian_repulsion(const PairTable& table) { return make<GaussianRepulsion>(table); }

std::unique_ptr<ForceTerm> make_quadratic_repulsion(const PairTable& table) { return make<QuadraticRepulsion>(table); }

}  // namespace tessera::sim
