// What a run would take, before it is made.
#pragma once

#include <vector>

#include "data/box.hpp"
#include "sim/md/params.hpp"
#include "sim/stage.hpp"

namespace tessera::sim::md {

/// What the memory of an engine depends on.
struct EngineShape {
  double num_particles = 0.0;
  data::Box box;
  data::Int3 grid{1, 1, 1};
  double outer_radius = 0.0, inner_radius = 0.0;  ///< of the lists
  double extra_bytes = 0.0;                       ///< of columns beyond the usual ones, a particle
  double search_radius = 0.0;                     ///< of a search of its own beside the lists (rdf); 0: none
};

/// Bytes that an engine holds in Views at its peak on one rank, for particles that fill the box evenly.
double predict_bytes(const EngineShape& shape);

/// Collective over `comm`. Reads the particles' file, if that is where they come from. Throws Error (input) if the run
/// could not start on so many ranks.
Estimate estimate_run(const Comm& comm, const MdParams& params, int ranks);

}  // namespace tessera::sim::md
