// Actions as a linear function of an environment's states, wherever those are.
#pragma once

#include <vector>

#include "learn/control/row_map.hpp"

namespace tessera::learn::control {

/// out = offset + gain state. Each rank maps its rows; of a state that is split over the ranks it maps its part, and
/// the sums over ranks are the same on any number of them (see ExactSum).
class Feedback {
 public:
  using Rows = sim::Environment::Rows;

  Feedback() = default;
  /// Local. gain (outputs x num_states); offset one number an output, or empty for 0.
  Feedback(const sim::Environment& environment, const math::Matrix& gain, const std::vector<double>& offset = {});

  /// Collective. out (row, output).
  void apply(const sim::Environment& environment, const Rows& out) const;

 private:
  RowMap map_;
  // Of a split state: (output, number of the part here).
  Rows part_;
  std::vector<double> offset_;
};

}  // namespace tessera::learn::control
