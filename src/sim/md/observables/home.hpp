// Values found for particles of a search, back to where the engine keeps these particles.
#pragma once

#include <string>

#include "data/particles.hpp"
#include "data/tiling.hpp"

namespace tessera::sim::md {

/// Collective. `values` has a row for each owned row of `found`, the particles of a data::PairSearch, which lie in the
/// tile of their present place; `particles` are those of the engine, which may have left it since the last list build.
/// Fills as many components of a column of theirs. Works on the host.
void bring_home(const data::Tiling& tiling, const data::Particles& found, const Array2<double>& values,
                const data::Particles& particles, const std::string& column);

}  // namespace tessera::sim::md
