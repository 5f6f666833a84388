// Networks work with times in [0, 1] and lengths near 1, whatever the data are measured in.
#pragma once

#include <cmath>

namespace tessera::learn::action {

/// t = begin + duration t', x = length x', of the data and of the network.
struct Scales {
  double begin = 0.0, duration = 1.0, length = 1.0;

  double time(double own) const { return begin + duration * own; }
  double own_time(double t) const { return (t - begin) / duration; }
  double velocity() const { return length / duration; }
  /// Of an action whose gradient y gives the velocity |y|^(p' - 2) y, 1/p + 1/p' = 1, and of the objective.
  double action(double cost_exponent) const { return length * std::pow(velocity(), cost_exponent - 1.0); }
};

}  // namespace tessera::learn::action
