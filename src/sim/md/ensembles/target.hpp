// The temperature that a thermostat aims at, and the momentum that it must not heat.
#pragma once

#include <cstdint>

namespace tessera::sim::md {

class Engine;

/// Linear from `begin` at step 0 to `end` at step `steps`, and constant from there on.
struct Ramp {
  double begin = 0.0, end = 0.0;
  std::int64_t steps = 0;

  double at(std::int64_t step) const {
    if (begin == end || step >= steps) return end;
    return begin + (end - begin) * (static_cast<double>(step) / static_cast<double>(steps));
  }
};

/// Collective. For thermostats that multiply velocities: stops what momentum there is, because it would be multiplied
/// as well, and throws Error (input) if nothing moves that could be multiplied.
void prepare_to_rescale(Engine& engine);

}  // namespace tessera::sim::md
