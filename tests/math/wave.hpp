// A wave on a ring, pushed by actuators: the plainest system of which some modes may be out of reach.
#pragma once

#include "math/matrix.hpp"

namespace tessera::test {

struct WaveSystem {
  math::Matrix a, b;
};

/// One sample of 0.1 of u_tt = c^2 u_xx, c = 0.1, on n points of [0, 1) with state (u, u_t); each actuator adds
/// to u_t at `width` points from (0.5 + j) spacing - width/2 on.
WaveSystem wave_system(int n, int num_actuators, int spacing, int width);

}  // namespace tessera::test
