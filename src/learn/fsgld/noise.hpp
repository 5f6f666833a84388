// What is drawn for a local update: keyed by chain and update, and by nothing else.
#pragma once

#include "base/random.hpp"
#include "learn/fsgld/rows.hpp"

namespace tessera::learn::fsgld {

/// Numbers below count(chain), independent and uniform to 2^-32, for each place of drawn(chain, :); nothing for chains
/// whose count is 0.
void draw_batches(const Random& random, const Array1<std::int64_t>& chain, std::int64_t update,
                  const Array1<std::int64_t>& count, const data::RowArray<std::int32_t>& drawn);

/// Standard normal numbers for normals(chain, :).
void draw_normals(const Random& random, const Array1<std::int64_t>& chain, std::int64_t update,
                  const data::RowArray<double>& normals);

}  // namespace tessera::learn::fsgld
