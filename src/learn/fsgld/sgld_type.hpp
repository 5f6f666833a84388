// `type = "sgld"`: stochastic gradient Langevin dynamics over the data of clients.
#pragma once

#include <memory>

#include "sim/stage.hpp"

namespace tessera::learn::fsgld {

std::unique_ptr<sim::StageType> make_sgld_type();

}  // namespace tessera::learn::fsgld
