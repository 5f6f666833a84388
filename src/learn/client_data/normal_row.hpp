// Standard normal numbers in a row, by counter.
#pragma once

#include <cstdint>

#include "base/random.hpp"

namespace tessera::learn::client_data {

/// x[0 .. count) of their own for each (id, step).
inline void fill_normal(const Random& random, std::uint64_t id, std::uint64_t step, std::int64_t count, double* x) {
  for (std::int64_t c = 0; c < count; c += 2) {
    const auto pair = random.normal(id, step, static_cast<std::uint32_t>(c / 2));
    x[c] = pair.first;
    if (c + 1 < count) x[c + 1] = pair.second;
  }
}

}  // namespace tessera::learn::client_data
