// Pairs of atoms that are close along bonds, for which a part of the pair potential counts: the kernels leave them out
// (data/exclusions.hpp), and what counts of them is added here.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "sim/force_term.hpp"
#include "sim/md/topology/params.hpp"
#include "sim/pair_table.hpp"

namespace tessera::sim::md {

/// Pairs of rows, each on the rank that owns the atom of the lower id; the other atom may be a copy, the nearest one.
struct SpecialPairs {
  int count = 0;
  Array2<int> rows;   ///< (at least count, 2)
  Array1<int> bonds;  ///< how many bonds apart: 1, 2 or 3

  /// Local. Those of the column data::excluded_column that are as many bonds apart as wanted, in the order of rows.
  /// Partners beyond the reach of the lists are left out.
  void find(const data::Particles& particles, const data::Neighbourhood& near, const std::array<bool, 3>& wanted);
};

/// The deck's weights times the Lennard-Jones potential of the table, for the pairs that kernels leave out; nullptr if
/// nothing is to be added.
std::unique_ptr<ForceTerm> make_special_lennard_jones(const PairTable& table, const SpecialParams& special);

}  // namespace tessera::sim::md
