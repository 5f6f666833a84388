// What molecular dynamics sends between ranks, predicted from the tiling.
#pragma once

#include <cstdint>
#include <vector>

#include "base/units.hpp"
#include "data/tiling.hpp"
#include "sim/communication.hpp"
#include "sim/md/params.hpp"

namespace tessera::sim::md {

/// A fluid that fills its box evenly.
struct Fluid {
  std::vector<std::int64_t> counts;  ///< by species
  std::vector<double> masses;
  double temperature = 0.0;  ///< that the run settles at
  double row_bytes = 96.0;   ///< of a particle that changes owners: its saved columns
};

/// Steps between two list builds. Particles fly freely from build to build, the fastest of all one being the largest of
/// so many draws from a Maxwell distribution: a lower bound in a dense fluid, where collisions hold it up.
double predict_rebuild_interval(const Fluid& fluid, const Units& units, const NeighbourDeckParams& neighbours,
                                double dt);

/// What the rank of this tiling sends and computes in a mean step.
Communication predict_communication(const data::Tiling& tiling, const Fluid& fluid, const Units& units, double cutoff,
                                    const NeighbourDeckParams& neighbours, double dt);

}  // namespace tessera::sim::md
