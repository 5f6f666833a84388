// Atoms that rigid bonds and angles hold together: a middle atom with one to four others, or three atoms in a triangle.
#pragma once

#include <vector>

#include "data/system.hpp"
#include "sim/md/topology/params.hpp"

namespace tessera::sim::md {

/// Lengths of rigid bonds and angles (radians) by type from 1; 0 for a type that is not rigid.
struct RigidTypes {
  std::vector<double> bond_length, angle;
  bool any() const;
};
/// Throws Error (input) for coefficients that cannot be used.
RigidTypes rigid_types(const MoleculeParams& deck, const data::System& system);

/// Column of the middle atoms (std::int64_t, saved): the type of the rigid angle, 0 if there is none, then pairs of
/// (type of bond, other atom's id), the used ones first, zeros behind them.
inline constexpr const char* cluster_column = "rigid";
constexpr int most_partners = 4;

/// Collective. Adds that column, from the columns of bonds and angles, where any type is rigid; an earlier one is
/// replaced. Of two atoms that are bound to nothing else the one with the lower id counts as the middle. Throws Error
/// (input) for chains and rings of rigid bonds, more than most_partners of them at one atom, and a rigid angle
/// anywhere but in a molecule of two rigid bonds.
void find_clusters(data::System& system, const RigidTypes& types);

}  // namespace tessera::sim::md
