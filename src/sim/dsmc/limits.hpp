// How fine cells and steps are for the gas of a deck.
#pragma once

#include <vector>

#include "sim/dsmc/start.hpp"

namespace tessera::sim::dsmc {

/// The worst over the cells at the start (over some of them, where there are many) and the reservoirs.
struct Resolution {
  double cell_over_path = 0.0;       ///< widest side of a cell over the mean free path; expected below 1/3
  double step_over_collision = 0.0;  ///< dt over the mean time between collisions; expected below 0.2
  double step_over_transit = 0.0;    ///< dt over the time to cross a cell at sqrt(2 k T/m) and the mean velocity; 0.25
  double fewest_particles = 0.0;     ///< expected in a cell at the start
  double mean_speed = 0.0;           ///< largest sqrt(8 k T/(pi m))
};

/// Local. Throws Error (input) where there is no such gas.
Resolution resolution_of(const DsmcParams& params);

/// Local. Throws Error (input) if the gas of the deck cannot be, or flies over several cells in a step.
void check_limits(const DsmcParams& params);

/// That k T/m_r has in the fastest part of the deck's gas, the motion of species through one another counted in: of
/// walls and reservoirs, and of a cell at the start.
double largest_temperature(const DsmcParams& params);
double largest_temperature(const DsmcParams& params, const StartState& state, const CellGrid& grid, std::int64_t cell);

}  // namespace tessera::sim::dsmc
