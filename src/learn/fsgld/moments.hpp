// Means and variances of parameters, for comparisons.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/comm.hpp"

namespace tessera::learn::fsgld {

struct Moments {
  std::vector<double> mean, variance;  ///< of each parameter
};

/// Collective. Of a table.h5 of draws, with their weights where it has such. Throws Error (input) if it has none or
/// these have another number of parameters.
Moments moments_of_draws(const Comm& comm, const std::string& path, std::int64_t dimensions);

}  // namespace tessera::learn::fsgld
