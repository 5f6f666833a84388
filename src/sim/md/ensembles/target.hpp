// The temperature that a thermostat aims at, and the momentum that it must not heat.
#pragma once

#include <cstdint>

namespace tessera::sim::md {

class Engine;

/// Linear from `begin` at step 0 to `end` at step `steps`, and constant from there on.
struct Ramp {
  double begin = 0.0, end = 0.0;
  std::int64_t steps = 0;

  static Ramp constant(double temperature) { return {temperature, temperature, 0}; }
  double at(std::int64_t step) const {
    if (begin == end || step >= steps) return end;
    return begin + (end - begin) * (static_cast<double>(step) / static_cast<double>(steps));
  }
};

/// What thermostats that multiply velocities aim at.
struct RescalingTarget {
  Ramp temperature;
  double time = 1.0;
  bool stop_drift = true;  ///< of all particles together: it would be heated like the rest
};

/// Collective. Stops that drift where it should; throws Error (input) if nothing moves that could be multiplied.
void prepare_to_rescale(Engine& engine, bool stop_drift);

}  // namespace tessera::sim::md
