// Reference numbers of tests/data/controlgym.
#pragma once

#include <string>

#include "math/matrix.hpp"

namespace tessera::test {

/// The file with the systems and gains.
std::string golden_path();
bool has_golden(const std::string& path, const std::string& dataset);
/// Local. A dataset of rows and columns, or a number as 1 x 1. Throws Error (input) if it cannot be read.
math::Matrix read_golden(const std::string& path, const std::string& dataset);

}  // namespace tessera::test
