// Block averages in checkpoints.
#pragma once

#include <string>
#include <vector>

#include "data/io/state.hpp"
#include "math/block_average.hpp"

namespace tessera::sim::md {

using math::BlockAverage;

/// All in one entry of a checkpoint.
void save(data::StateWriter& writer, const std::string& name, const std::vector<BlockAverage>& averages);
/// As many as there were.
void restore(data::StateReader& reader, const std::string& name, std::vector<BlockAverage>& averages);

}  // namespace tessera::sim::md
