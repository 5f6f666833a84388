// What the design of controllers needs to know about the linear equations.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/linear_model.hpp"
#include "sim/pde/params.hpp"

namespace tessera::sim::pde {

/// Local. Nothing unless the equation is linear and has one dimension.
std::optional<SpectralModel> make_spectral_model(const PdeParams& params, const std::vector<std::int64_t>& sensors);

/// Local. The same as matrices; nothing beyond 4096 states.
std::optional<DenseModel> make_dense_model(const SpectralModel& model);

}  // namespace tessera::sim::pde
