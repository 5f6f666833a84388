// Linear systems as a family of environments.
#pragma once

#include <memory>

#include "sim/environment_family.hpp"

namespace tessera::sim::linear {

std::shared_ptr<const EnvironmentFamily> make_family();

}  // namespace tessera::sim::linear
