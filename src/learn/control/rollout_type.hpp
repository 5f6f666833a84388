// Stages in which controllers act on environments: for their returns, or for data to learn from.
#pragma once

#include <memory>
#include <vector>

#include "sim/environment_family.hpp"

namespace tessera::learn::control {

/// Episodes of one environment, of any of these families, under one controller, or (several of them) each start under
/// every one.
std::unique_ptr<sim::StageType> make_rollout_type(std::vector<std::shared_ptr<const sim::EnvironmentFamily>> families);

/// The same, and every step with what it led to is a row of table.h5 (EpisodeRecord's transitions).
std::unique_ptr<sim::StageType> make_dataset_type(std::vector<std::shared_ptr<const sim::EnvironmentFamily>> families);

}  // namespace tessera::learn::control
