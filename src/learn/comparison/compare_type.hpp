// The kind of stage that compares samples, or trajectories.
#pragma once

#include <memory>

#include "sim/stage.hpp"

namespace tessera::learn::comparison {

/// Type `compare`: samples of models or simulations against those of a reference, time by time, or trajectories
/// of molecular dynamics and forecasts against that of a simulation.
std::unique_ptr<sim::StageType> make_compare_type();

}  // namespace tessera::learn::comparison
