// The particles that a molecular dynamics stage begins with.
#pragma once

#include <cstdint>
#include <vector>

#include "data/system.hpp"
#include "sim/md/params.hpp"
#include "sim/stage.hpp"

namespace tessera::sim::md {

/// The grid of the deck, or the one with the least surface. Throws Error (input) if it does not fit so many ranks.
data::Int3 process_grid(const MdParams& params, const data::Box& box, int ranks);

/// Collective. From lattice, file or an earlier stage, with velocities where the deck asks for them. Rows need not be
/// at home yet. Throws Error (input) for what this stage cannot treat: no particles, masses that are not
/// positive.
data::System make_system(const StageContext& context, const MdParams& params, const Units& units);
/// Velocities are drawn with a seed of their own.
data::System make_system(const StageContext& context, const MdParams& params, const Units& units,
                         std::uint32_t velocity_seed);

/// Collective. The system of the deck's file, checked alike.
data::System read_file(const Comm& comm, const MdParams& params);

/// Collective. Copies of a system's own columns (not of what an engine added).
data::System copy_system(const data::System& original);
/// Collective over `comm`: of each rank its first rows, in the order of ranks.
data::System copy_system(const data::System& original, const Comm& comm, int rows);

/// Collective. Particles of each species.
std::vector<std::int64_t> count_types(const data::System& system);

/// Throws Error (input), on every rank alike, if any tile would need copies from more tiles and images than a halo can
/// have. Nothing is communicated.
void check_halo(const Comm& comm, const data::Box& box, data::Int3 grid, double radius);

}  // namespace tessera::sim::md
