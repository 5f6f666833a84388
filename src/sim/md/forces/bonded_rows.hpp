// Bonds, angles... of this rank as flat lists of rows, from the columns that particles carry them in.
#pragma once

#include <vector>

#include "data/neighbourhood.hpp"
#include "sim/md/topology/topology.hpp"

namespace tessera::sim::md {

/// Whose formula a type of bonds (angles...) has.
enum class TypeUse { missing, other, mine };

/// Terms whose carrier (see topology.hpp) this rank owns, in the order of the carriers' rows; the other atoms may be
/// copies, of which the nearest to the carrier is taken.
class BondedRows {
 public:
  /// `use` of each type, by type from 1.
  BondedRows(const TopologyKind& kind, std::vector<TypeUse> use);

  /// Collective. Of the rows as they are now. Throws Error (input) for a type without coefficients and an atom that is
  /// further from the carrier than lists reach.
  void find(const data::Particles& particles, const data::Neighbourhood& near);

  int count() const { return count_; }
  const Array2<int>& atoms() const { return atoms_; }  ///< (at least count, atoms of a term)
  const Array1<int>& types() const { return types_; }  ///< from 0
  /// Local. Ids of the atoms of a term.
  std::vector<std::int64_t> ids(int term) const;

 private:
  void complain(const data::Particles& particles, const data::Neighbourhood& near, std::int64_t where) const;

  TopologyKind kind_;
  std::vector<TypeUse> use_;
  Array1<TypeUse> use_on_device_;
  Array1<int> begin_;  // first term of each owned row
  Array2<int> atoms_;
  Array1<int> types_;
  Array2<std::int64_t> id_;
  int count_ = 0;
};

}  // namespace tessera::sim::md
