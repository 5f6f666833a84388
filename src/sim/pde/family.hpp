// Partial differential equations as a family of environments.
#pragma once

#include <memory>

#include "sim/environment_family.hpp"
#include "sim/pde/params.hpp"

namespace tessera::sim::pde {

std::shared_ptr<const EnvironmentFamily> make_family();

/// Local. What an environment of these parameters is like.
EnvironmentInfo info_of(const PdeParams& params);

}  // namespace tessera::sim::pde
