// The kind of stage that compares samples.
#pragma once

#include <memory>

#include "sim/stage.hpp"

namespace tessera::learn::comparison {

/// Type `compare`: samples of models or simulations against those of a reference, time by time.
std::unique_ptr<sim::StageType> make_compare_type();

}  // namespace tessera::learn::comparison
