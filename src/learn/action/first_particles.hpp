// Particles that a propagation begins with.
#pragma once

#include <cstdint>
#include <optional>

#include "data/table.hpp"
#include "learn/action/corruption.hpp"
#include "learn/snapshots.hpp"
#include "sim/sample_source.hpp"

namespace tessera::learn::action {

/// Collective. `count` rows, drawn from a density at a time, with log_density where it is known.
data::Table draw_particles(const Comm& comm, const sim::SampleSource& source, double time, std::int64_t count,
                           std::uint32_t seed);

/// Collective. Rows of the snapshot nearest to a time: all of them, or `count` different ones, drawn by their numbers
/// and the seed. Throws Error (input) if there are fewer.
data::Table take_particles(const Snapshots& snapshots, double time, std::optional<std::int64_t> count,
                           std::uint32_t seed);

/// Local. Positions become what is left of these images, with normal numbers keyed by their rows and the seed; column
/// "condition" what is known of them.
void corrupt(data::Table& particles, const Corruption& corruption, std::uint32_t seed);

}  // namespace tessera::learn::action
