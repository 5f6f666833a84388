// Positions at the start that an earlier stage, or another program, has left in a table.
#pragma once

#include <string>

#include "data/table.hpp"
#include "sim/particles/params.hpp"

namespace tessera::sim::particles {

/// Collective. Rows of the wanted time (all, if there is no column time), the first ones if there are more than
/// particles: column position, and velocity where there is one. Shared out by data::first_of_share. Throws Error
/// (input) on all ranks for a table of another dimension, without rows of that time, with too few of them, or with
/// numbers that are not finite.
data::Table read_start(const Comm& comm, const std::string& path, const LangevinParams& params);

}  // namespace tessera::sim::particles
