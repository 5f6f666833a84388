// The molecular dynamics stage.
#pragma once

#include <memory>

#include "sim/stage.hpp"

namespace tessera::sim::md {

/// For the registry: "md".
std::unique_ptr<StageType> make_md_type();

}  // namespace tessera::sim::md
