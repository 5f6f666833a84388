// Potentials of many bodies that a deck asks for.
#pragma once

#include "base/comm.hpp"
#include "data/system.hpp"
#include "sim/communication.hpp"
#include "sim/md/forces/force_field.hpp"
#include "sim/md/params.hpp"

namespace tessera::sim::md {

/// What these potentials send in each step, beside the positions, which come first among what is predicted already.
void add_many_body_exchanges(const MdParams& params, Communication& communication);
/// Bytes that they keep for a particle.
double many_body_bytes(const MdParams& params);

/// Collective. Reads the files and adds the terms. Throws Error (input).
void add_many_body(ForceField& field, const MdParams& params, const Comm& comm,
                   const std::vector<data::Species>& species);

}  // namespace tessera::sim::md
