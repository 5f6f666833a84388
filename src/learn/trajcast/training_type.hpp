// The registry's entry for training.
#pragma once

#include <memory>

#include "sim/stage.hpp"

namespace tessera::learn::trajcast {

/// "trajcast": learns to forecast configurations of atoms from pairs of them.
std::unique_ptr<sim::StageType> make_training_type();

}  // namespace tessera::learn::trajcast
