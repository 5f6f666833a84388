// Mean and variance of samples, the same on any number of ranks.
#pragma once

#include <vector>

#include "data/table.hpp"

namespace tessera::sim::density {

struct SampleMoments {
  std::vector<double> mean, variance;  ///< of each coordinate
};

/// Collective. Of column position in rows [first, end) of each rank, `total` of them in all.
SampleMoments moments_of(const data::Table& table, std::int64_t first, std::int64_t total);

}  // namespace tessera::sim::density
