// A partial differential equation as an environment: a batch of fields, or one field over all ranks.
#pragma once

#include <memory>
#include <vector>

#include "sim/environment.hpp"
#include "sim/pde/params.hpp"

namespace tessera::sim::pde {

/// Collective. Rows over the ranks in blocks of `block`; a single row on several ranks is split. Throws Error (input)
/// if the file to start from does not fit, if the start is not finite, and where transforms do.
std::unique_ptr<Environment> make_environment(const Comm& comm, const PdeParams& params, std::uint32_t seed,
                                              std::int64_t num_rows, std::int64_t block = 1);

}  // namespace tessera::sim::pde
