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
  Array1<double> work_;
  std::vector<double> offset_;
};

/// Collective. out(0, i) = offset[i] + sum of weights(i, j) state(0, j) over all ranks' parts of a split state.
/// Products are rounded (into `work`, one number a column) before they are summed: in one expression, the compiler's
/// fused operations would make the sum depend on where it was cut.
void apply_parts(const Comm& comm, const sim::Environment::Rows& weights, const sim::Environment::Rows& state,
                 const std::vector<double>& offset, const Array1<double>& work, const sim::Environment::Rows& out);

}  // namespace tessera::learn::control
