// What partial differential equations take of memory.
#pragma once

#include <cstdint>

#include "sim/pde/params.hpp"

namespace tessera::sim::pde {

/// Local. Bytes that a batch of so many rows holds on the rank that holds most: O(points).
double held_bytes(const PdeParams& params, std::int64_t rows, int ranks);

}  // namespace tessera::sim::pde
