// What binds particles: tables of a file or an earlier stage, and columns of the particles that carry it.
//
// A bond travels with its first atom, an angle with its middle one, dihedrals and impropers with their second. Each
// table becomes one column of the same name (std::int64_t, saved): slots of (type from 1, the other atoms' ids in their
// order), the used ones first, zeros behind them. So rows may be permuted, sent to other ranks and kept in checkpoints
// without anything else knowing of molecules.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "data/system.hpp"

namespace tessera::sim::md {

struct TopologyKind {
  const char* name;  ///< of table and column
  int ids_per_row;
  int carrier;  ///< which of its atoms, from 0
};
inline constexpr std::array<TopologyKind, 4> topology_kinds{
    {{"bonds", 2, 0}, {"angles", 3, 1}, {"dihedrals", 4, 1}, {"impropers", 4, 1}}};

/// Whether particles carry any of that.
bool has_topology(const data::Particles& particles);

/// Collective. From system.topology, whose rows may be on any rank, to columns; the tables are then empty. Throws Error
/// (input) for ids without particles and for an atom that appears twice in a row.
void attach_topology(data::System& system);

/// Local. The other way round: rows are on the rank that owns the particle which carries them.
std::vector<data::TopologyTable> topology_of(const data::Particles& particles);

}  // namespace tessera::sim::md
