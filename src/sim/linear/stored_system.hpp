// Systems whose figures are part of the library: systems.h5, whose layout README.md beside it describes.
#pragma once

#include <string>
#include <vector>

#include "sim/linear/system.hpp"

namespace tessera::sim::linear {

/// In the order of the file. Both are read once in a process.
const std::vector<std::string>& stored_ids();
/// One of those.
const LinearSystem& stored_system(const std::string& id);

}  // namespace tessera::sim::linear
