// From a deck to the forces of a stage.
#pragma once

#include "base/units.hpp"
#include "data/system.hpp"
#include "sim/md/forces/force_field.hpp"
#include "sim/md/params.hpp"

namespace tessera::sim::md {

/// Collective. All terms that the deck asks for, on this system. Throws Error (input).
ForceField make_force_field(const MdParams& params, const data::System& system, const Units& units);

}  // namespace tessera::sim::md
