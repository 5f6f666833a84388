// Particles that lie on top of each other at the start.
#pragma once

#include "sim/md/engine.hpp"

namespace tessera::sim::md {

/// Closer than this many sigma, a pair's energy is beyond 1e6 epsilon: a mistake, not a state.
inline constexpr double closest_distance = 0.3;

/// Local in effect, the same on all ranks. More particles than can lie `closest_distance` apart: found from the box
/// alone, before any list is made. `counts`: particles of each type. Throws Error (input).
void check_packing(const PairTable& table, const std::vector<std::int64_t>& counts, const data::Box& box);

/// Collective. Looks through the lists of a started engine for the closest pair in units of its sigma. Throws Error
/// (input) that names both particles if it is closer than closest_distance.
void check_overlaps(const Engine& engine, const PairTable& table);

}  // namespace tessera::sim::md
