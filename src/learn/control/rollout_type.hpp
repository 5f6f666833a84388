// Stages in which controllers act on environments.
#pragma once

#include <memory>
#include <vector>

#include "sim/environment_family.hpp"

namespace tessera::learn::control {

/// Episodes of one environment, of any of these families, under one controller, or (several of them) each start under
/// every one.
std::unique_ptr<sim::StageType> make_rollout_type(std::vector<std::shared_ptr<const sim::EnvironmentFamily>> families);

}  // namespace tessera::learn::control
