// Larger systems from copies of a small one, side by side along the vectors of its box.
#pragma once

#include <cstdint>
#include <vector>

#include "data/system.hpp"

namespace tessera::sim::md {

/// Copies in all; 1 for an empty list. Three counts otherwise.
std::int64_t num_copies(const std::vector<std::int64_t>& counts);

/// The box of so many copies along its vectors.
data::Box replicated(const data::Box& box, const std::vector<std::int64_t>& counts);

/// Collective. Each rank copies its own rows, which keep all their columns; rows need not be at home afterwards. Copy
/// k = k0 + counts[0] (k1 + counts[1] k2) of particle `id` is particle k (largest id) + id, and molecules are numbered
/// alike. What binds particles (the columns of topology.hpp) leads to the nearest partner, across sides of the small
/// box to that of the next copy. An empty list changes nothing. Throws Error (input) for more particles than can be
/// numbered.
void replicate(data::System& system, const std::vector<std::int64_t>& counts);

}  // namespace tessera::sim::md
