// Pair forces on cluster lists.
#pragma once

#include <memory>

#include "sim/force_term.hpp"
#include "sim/pair_coulomb.hpp"
#include "sim/pair_formulas.hpp"
#include "sim/pair_table.hpp"

namespace tessera::sim {

std::unique_ptr<ForceTerm> make_lennard_jones(const PairTable& table);
std::unique_ptr<ForceTerm> make_gaussian_repulsion(const PairTable& table);   ///< pair_soft.hpp
std::unique_ptr<ForceTerm> make_quadratic_repulsion(const PairTable& table);  ///< likewise

std::unique_ptr<ForceTerm> make_buckingham(const PairTableOf<BuckinghamCoefficients>& table);
std::unique_ptr<ForceTerm> make_morse(const PairTableOf<MorseCoefficients>& table);
std::unique_ptr<ForceTerm> make_yukawa(const PairTableOf<YukawaCoefficients>& table);

/// Together with charges (the column "charge"), in one pass over the pairs. Lennard-Jones: not force-shifted.
std::unique_ptr<ForceTerm> make_charged_lennard_jones(const PairTable& table, const CoulombParams& charges);
std::unique_ptr<ForceTerm> make_charged_buckingham(const PairTableOf<BuckinghamCoefficients>& table,
                                                   const CoulombParams& charges);
/// Charges alone.
std::unique_ptr<ForceTerm> make_coulomb(int num_types, const CoulombParams& charges);

}  // namespace tessera::sim
