// Positions and velocities at the start: draws that depend on a particle's id alone.
#pragma once

#include <cstdint>

#include "data/table.hpp"
#include "sim/particles/step_kernel.hpp"

namespace tessera::sim::particles {

/// Local. Ids first + 1, first + 2...
void number_particles(const Array2<std::int64_t>& id, std::int64_t first, int rows);

/// Local. Wrapped into the box, which they lie in: images are 0.
void draw_positions(const LangevinParams& params, std::uint32_t seed, const Columns& columns, const Space& space,
                    int rows);

/// Local. Those of a table's rows (read_start), wrapped likewise; velocities too if it has any and they are wanted.
void take_table(const data::Table& table, const Columns& columns, const Space& space, bool with_velocity, int rows);

/// Local. Velocities, or what else is kept in their place: Gaussian of that spread, those of step 0.
void draw_normals(const Random& random, double spread, const Columns& columns, int dimensions, int rows);

}  // namespace tessera::sim::particles
