// A random part of some rows, of exactly so many, chosen by their ids alone.
#pragma once

#include <cstdint>

#include "data/table.hpp"

namespace tessera::sim::density {

/// Collective. Sets column held_out of this table to 1 for `count` of all its rows [first, end) of all ranks.
void mark_held_out(std::uint32_t seed, data::Table& table, std::int64_t first, std::int64_t count);

}  // namespace tessera::sim::density
