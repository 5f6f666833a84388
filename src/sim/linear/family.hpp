// Linear systems as a family of environments.
#pragma once

#include <memory>

#include "sim/environment_family.hpp"
#include "sim/linear/params.hpp"

namespace tessera::sim::linear {

std::shared_ptr<const EnvironmentFamily> make_family();

/// Local. What an environment of these parameters is like. Errors of linear_system.
EnvironmentInfo info_of(const LinearParams& params);
/// Local. Bytes that a batch of so many rows holds on a rank.
double held_bytes(const LinearParams& params, std::int64_t rows, int ranks);
/// Local. Rows know nothing of one another.
Communication predict_communication(const LinearParams& params, std::int64_t rows, int ranks);

}  // namespace tessera::sim::linear
