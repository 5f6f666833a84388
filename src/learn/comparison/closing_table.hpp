// A comparison of two trajectories as lines of text.
#pragma once

#include <string>
#include <vector>

#include "learn/comparison/side_by_side.hpp"

namespace tessera::learn::comparison {

/// As many digits as the error lets stand, and behind them that of the last two: "300.12(45)"; the value alone, in four
/// digits, if the error is 0 or not known; "-" for what is not known at all.
std::string with_error(const math::Measured& measured);

/// Of the data of that name: first the numbers of both, then distances between curves, then remarks.
std::vector<std::string> lines_of(const Compared& compared, const std::string& name);

}  // namespace tessera::learn::comparison
