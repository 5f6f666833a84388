// From a deck to the forces of a stage.
#pragma once

#include "base/units.hpp"
#include "data/system.hpp"
#include "sim/md/charges/charge_sums.hpp"
#include "sim/md/forces/force_field.hpp"
#include "sim/md/params.hpp"

namespace tessera::sim::md {

/// Collective. All terms that the deck asks for, on this system, whose particles need not be there yet: their charges
/// are given apart. `contacts`: of grains, which act behind all else and alone. Throws Error (input).
ForceField make_force_field(const MdParams& params, const data::System& system, const Units& units,
                            const ChargeSums& charges, std::unique_ptr<ForceTerm> contacts = nullptr);

}  // namespace tessera::sim::md
