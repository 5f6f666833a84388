// The stage of independent samples: drawn from a density at some of its times, or a user's own.
#pragma once

#include <memory>

#include "sim/stage.hpp"

namespace tessera::sim::density {

/// For the registry: "samples".
std::unique_ptr<StageType> make_samples_type();

}  // namespace tessera::sim::density
