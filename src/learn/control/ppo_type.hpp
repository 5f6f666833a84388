// Stages in which a policy learns to act.
#pragma once

#include <memory>
#include <vector>

#include "sim/environment_family.hpp"

namespace tessera::learn::control {

/// Proximal policy optimisation on one environment of any of these families.
std::unique_ptr<sim::StageType> make_ppo_type(std::vector<std::shared_ptr<const sim::EnvironmentFamily>> families);

}  // namespace tessera::learn::control
