// Which rows an update learns from.
#pragma once

#include <cstdint>
#include <vector>

namespace tessera::learn::control {

/// Global row numbers, one list an update.
using Minibatches = std::vector<std::vector<std::int64_t>>;

/// Local, the same on all ranks: those of one epoch, numbered since the beginning, drawn for (seed, epoch). With
/// replacement floor(rows / size) lists of `size` rows each; without, every row once, the last list being shorter.
Minibatches draw_minibatches(std::int64_t rows, std::int64_t size, bool with_replacement, std::uint32_t seed,
                             std::int64_t epoch);

}  // namespace tessera::learn::control
