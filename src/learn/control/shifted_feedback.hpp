// Actions by a gain of which one row is stored.
#pragma once

#include <vector>

#include "learn/control/shifted_regulator.hpp"
#include "sim/environment.hpp"

namespace tessera::learn::control {

/// As Feedback, for the gain of a ShiftedRegulator: O(num_states) memory, whatever the number of actions.
class ShiftedFeedback {
 public:
  using Rows = sim::Environment::Rows;

  /// Local.
  ShiftedFeedback(const sim::Environment& environment, const ShiftedRegulator& regulator);

  /// Collective. out (row, action).
  void apply(const sim::Environment& environment, const Rows& out) const;

 private:
  std::int64_t spacing_;
  Array1<double> row_, offset_;
  std::vector<double> host_offset_;
};

}  // namespace tessera::learn::control
