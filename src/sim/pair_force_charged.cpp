// Pair kernels that take charges along; one type is a case of several, which spares half of the compiling.
#include "sim/pair_force.hpp"
#include "sim/pair_kernel.hpp"
#include "sim/pair_lj.hpp"

namespace tessera::sim {

namespace {

template <class Evaluator>
std::unique_ptr<ForceTerm> make_charged(const PairTableOf<CoefficientsOf<Evaluator>>& table,
                                        const CoulombParams& charges) {
  return std::make_unique<ClusterPairForce<Evaluator, true, PairCharges>>(table, charges);
}

}  // namespace

std::unique_ptr<ForceTerm> make_charged_lennard_jones(const PairTable& table, const CoulombParams& charges) {
  if (table.truncation == Truncation::force || table.truncation == Truncation::smooth)
    throw Error::internal("a force-shifted Lennard-Jones potential goes without charges");
  return make_charged<LennardJones>(table, charges);
}

std::unique_ptr<ForceTerm> make_charged_buckingham(const PairTableOf<BuckinghamCoefficients>& table,
                                                   const CoulombParams& charges) {
  if (table.truncation == Truncation::smooth) return make_charged<Truncated<Buckingham, true>>(table, charges);
  return make_charged<Truncated<Buckingham, false>>(table, charges);
}

std::unique_ptr<ForceTerm> make_coulomb(int num_types, const CoulombParams& charges) {
  PairTable none;
  none.num_types = num_types;
  none.pairs.assign(static_cast<std::size_t>(num_types * num_types), PairCoefficients{0.0, 1.0, 0.0});
  return make_charged<LennardJones>(none, charges);
}

}  // namespace tessera::sim
