// The smallest thing that can be controlled: x+ = x + u/2, observed as it is, reward -(x^2 + u^2/10), from x uniform on
// (-1, 1). The best that can be done is known.
#pragma once

#include "sim/environment.hpp"

namespace tessera::test {

class Integrator : public sim::Environment {
 public:
  Integrator(const Comm& comm, std::int64_t rows, std::int64_t num_steps,
             double reward_limit = std::numeric_limits<double>::infinity());

  /// Cost-to-go of the best control: this times x^2, when so many steps remain (scalar Riccati recursion).
  static double best_cost(std::int64_t steps);

  void draw_states() override;
  void observe(std::int64_t draw) override;
  void judge(const Rows& actions, const Rows& disturbances) override;
  void advance(const Rows& actions, const Rows& disturbances) override;
};

}  // namespace tessera::test
