// Sums of distributions over velocities, cell by cell.
#pragma once

#include "sim/boltzmann/cell_block.hpp"
#include "sim/boltzmann/phase_grid.hpp"

namespace tessera::sim::boltzmann {

/// (cell, sum), with room for whole vectors behind the last cell.
using CellSums = Array2<double>;

/// The first `count` (num_conserved, num_with_stress, num_with_heat) integrals of each cell. Streams the values once.
void integrate(const PhaseGrid& phase, const CellBlock& block, int count, const CellSums& sums);

/// The same of a homogeneous gas, whose only cell is turned: side by side in velocity.
void integrate_turned(const PhaseGrid& phase, const CellBlock& block, int count, const CellSums& sums);

/// Of each cell: int f ln f, how many values are below zero, and the lowest of them. One function, not reduced.
void measure_signs(const PhaseGrid& phase, const CellBlock& block, const CellSums& sums);

}  // namespace tessera::sim::boltzmann
