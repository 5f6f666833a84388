// Free flight and forces: what a step changes in each cell, by finite volumes.
#pragma once

#include "sim/boltzmann/cell_block.hpp"
#include "sim/boltzmann/phase_grid.hpp"
#include "sim/boltzmann/transport/sides.hpp"

namespace tessera::sim::boltzmann {

/// out = old * out + now * f + step * ( -v . grad f ), `out` another block than f. Ghosts of f are filled. All
/// directions in one pass: reads f, and `out` unless old is 0, and writes each value once.
struct Advance {
  double old = 0.0, now = 1.0, step = 0.0;
};
void advect(const PhaseGrid& phase, Reconstruction reconstruction, const data::Mesh& mesh, const CellBlock& f,
            const WallFaces& walls, const Advance& advance, const CellBlock& out);

/// The same of a homogeneous gas, where nothing flies anywhere.
void combine(const CellBlock& f, const Advance& advance, const CellBlock& out);

/// out += step * ( -a . grad_v f ), a uniform: exact for the functions of a planar reduction, which takes accelerations
/// along y alone; otherwise limited second order in velocity, nothing beyond the grid.
void accelerate(const PhaseGrid& phase, const CellBlock& f, const double (&acceleration)[3], double step,
                const CellBlock& out);

}  // namespace tessera::sim::boltzmann
