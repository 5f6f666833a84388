// Maxwellians on velocity grids: walls, what flows in, and the start.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/mesh.hpp"
#include "sim/boltzmann/cell_block.hpp"
#include "sim/boltzmann/moments.hpp"
#include "sim/boltzmann/params.hpp"
#include "sim/boltzmann/phase_grid.hpp"
#include "sim/boltzmann/relaxation/targets.hpp"

namespace tessera::sim::boltzmann {

/// Local. Throws Error (input), which names `what`, if more than 1e-6 of a Maxwellian lies outside the grid.
void require_room(const PhaseGrid& phase, double mass, const Moments& moments, const std::string& what);

/// Local. All components, with exactly these moments; a velocity along directions that only a reduction knows counts.
/// Throws as above.
std::vector<double> maxwellian(const PhaseGrid& phase, double mass, const Moments& moments, const std::string& what);

/// Collective. The sum of what the deck gives for this species, in the owned cells. `state` and `tables` are room to
/// work in. Throws Error (input) where a density is negative, a temperature is not positive, or the grid is too small.
void fill_initial(const BoltzmannParams& params, int species, const PhaseGrid& phase, const data::Mesh& mesh,
                  const CellBlock& block, const TargetState& state, const SeparableTables& tables);

/// The target that separable tables stand for.
Target separable_target(const PhaseGrid& phase, const TargetState& state, const SeparableTables& tables);

}  // namespace tessera::sim::boltzmann
