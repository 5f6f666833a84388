// Bonded forces of a system, from its topology and its coefficients.
#pragma once

#include "data/system.hpp"
#include "sim/md/forces/force_field.hpp"
#include "sim/md/topology/params.hpp"

namespace tessera::sim::md {

/// Local. One term for each formula of bonds, angles, dihedrals and impropers that the particles' columns (see
/// topology.hpp) need. Throws Error (input) for coefficients that cannot be used; types without any are found when rows
/// are (BondedRows).
void add_bonded_forces(ForceField& field, const MoleculeParams& deck, const data::System& system);

}  // namespace tessera::sim::md
