// The stage of light and heavy gases.
#pragma once

#include <memory>

#include "sim/stage.hpp"

namespace tessera::sim::boltzmann::disparate {

/// For the registry: "disparate_mixture".
std::unique_ptr<StageType> make_mixture_type();

}  // namespace tessera::sim::boltzmann::disparate
