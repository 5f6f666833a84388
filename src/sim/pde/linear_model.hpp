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

/// Whether there are matrices too: of up to 4096 states.
bool has_dense_model(const PdeParams& params);
/// Local. The same as matrices, without a mean of the starts.
DenseModel make_dense_model(const SpectralModel& model);

}  // namespace tessera::sim::pde
