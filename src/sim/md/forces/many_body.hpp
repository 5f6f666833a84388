// Potentials of many bodies that a deck asks for.
#pragma once

#include "base/comm.hpp"
#include "data/system.hpp"
#include "sim/md/forces/force_field.hpp"
#include "sim/md/params.hpp"

namespace tessera::sim::md {

/// Collective. Reads the files and adds the terms. Throws Error (input).
void add_many_body(ForceField& field, const MdParams& params, const Comm& comm,
                   const std::vector<data::Species>& species);

}  // namespace tessera::sim::md
