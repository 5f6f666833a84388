// Direct simulation Monte Carlo for the registry.
#pragma once

#include <memory>

#include "sim/stage.hpp"

namespace tessera::sim::dsmc {

/// Stages of type "dsmc".
std::unique_ptr<StageType> make_dsmc_type();

}  // namespace tessera::sim::dsmc
