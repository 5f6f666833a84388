// What is drawn for a local update: keyed by chain and update, and by nothing else.
#pragma once

#include <cstdint>

#include "base/random.hpp"
#include "learn/fsgld/rows.hpp"

namespace tessera::learn::fsgld {

/// Numbers below count(chain), independent and uniform to 2^-32, for each place of drawn(chain, :); nothing for chains
/// whose count is 0.
void draw_batches(const Random& random, const UpdateKeys& keys, const Array1<std::int64_t>& count,
                  const data::RowArray<std::int32_t>& drawn);

/// The same with different rows in each batch. Throws Error (internal) for clients with fewer rows.
void draw_different_rows(const Random& random, const UpdateKeys& keys, const Array1<std::int64_t>& count,
                         const data::RowArray<std::int32_t>& drawn);

/// Standard normal numbers for normals(chain, :).
void draw_normals(const Random& random, const UpdateKeys& keys, const data::RowArray<double>& normals);

/// sums += deviation times standard normal numbers, for which `scratch` has room.
void add_noise(const Random& random, const UpdateKeys& keys, double deviation, const data::RowArray<double>& scratch,
               const data::RowArray<double>& sums);

}  // namespace tessera::learn::fsgld
