// Pair kernels of formulas with any truncation; one type is a case of several, which spares half of the compiling.
#include "sim/pair_force.hpp"
#include "sim/pair_kernel.hpp"

namespace tessera::sim {

namespace {

template <class Formula, bool IsSmooth>
std::unique_ptr<ForceTerm> make(const PairTableOf<typename Formula::Coefficients>& table) {
  return std::make_unique<ClusterPairForce<Truncated<Formula, IsSmooth>, true>>(table);
}

template <class Formula>
std::unique_ptr<ForceTerm> make(const PairTableOf<typename Formula::Coefficients>& table) {
  return table.truncation == Truncation::smooth ? make<Formula, true>(table) : make<Formula, false>(table);
}

}  // namespace

std::unique_ptr<ForceTerm> make_buckingham(const PairTableOf<BuckinghamCoefficients>& table) {
  return make<Buckingham>(table);
}

std::unique_ptr<ForceTerm> make_morse(const PairTableOf<MorseCoefficients>& table) { return make<Morse>(table); }

std::unique_ptr<ForceTerm> make_yukawa(const PairTableOf<YukawaCoefficients>& table) { return make<Yukawa>(table); }

}  // namespace tessera::sim
