// Pair forces on cluster lists.
#pragma once

#include <memory>

#include "sim/force_term.hpp"
#include "sim/pair_table.hpp"

namespace tessera::sim {

std::unique_ptr<ForceTerm> make_lennard_jones(const PairTable& table);
std::unique_ptr<ForceTerm> make_gaussian_repulsion(const PairTable& table);   ///< pair_soft.hpp
std::unique_ptr<ForceTerm> make_quadratic_repulsion(const PairTable& table);  ///< likewise

}  // namespace tessera::sim
