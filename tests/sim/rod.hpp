// One system whose state is spread over the ranks, as an environment for tests: numbers that grow.
#pragma once

#include <functional>

#include "base/sum.hpp"
#include "sim/environment.hpp"

namespace tessera::test {

/// What shall happen in a step of an episode of a test, besides: the run is told to stop, a rank fails.
inline std::function<void(std::int64_t step)>& in_each_step() {
  static std::function<void(std::int64_t)> only = [](std::int64_t) {};
  return only;
}

/// x_i+ = growth x_i + u_i mod 2, reward = sum of x_i / 100, y = (x_0, x_n-1). Begins with x_i = i.
class Rod final : public sim::Environment {
 public:
  static constexpr std::int64_t num_states = 12;

  Rod(const Comm& comm, std::uint32_t seed, std::int64_t steps, double growth)
      : Environment(comm, info_of(steps), seed,
                    {{sim::RowRange::of(comm, num_states).first, sim::RowRange::of(comm, num_states).count}}),
        growth_(growth) {}

 private:
  static sim::EnvironmentInfo info_of(std::int64_t steps) {
    sim::EnvironmentInfo info;
    info.id = "rod";
    info.num_steps = steps;
    info.sample_time = 0.5;
    info.num_states = num_states;
    info.num_actions = info.num_observations = 2;
    return info;
  }
  std::int64_t num_here() const { return static_cast<std::int64_t>(state().extent(1)); }

  void draw_states() override {
    for (std::int64_t i = 0; i < num_here(); ++i) state()(0, i) = static_cast<double>(state_number(i));
  }
  void observe(std::int64_t) override {
    double ends[2] = {0.0, 0.0};
    for (std::int64_t i = 0; i < num_here(); ++i) {
      if (state_number(i) == 0) ends[0] = state()(0, i);
      if (state_number(i) == num_states - 1) ends[1] = state()(0, i);
    }
    comm().all_reduce(ends, 2, Op::sum);
    for (int n = 0; n < 2; ++n) observation()(0, n) = ends[n];
  }
  void judge(const Rows&, const Rows&) override {
    ExactSum sum;
    for (std::int64_t i = 0; i < num_here(); ++i) sum.add(state()(0, i) / 100.0);
    all_reduce(comm(), &sum, 1);
    reward()(0) = sum.value();
  }
  void advance(const Rows& actions, const Rows&) override {
    in_each_step()(num_steps_done() + 1);
    for (std::int64_t i = 0; i < num_here(); ++i)
      state()(0, i) = growth_ * state()(0, i) + actions(0, (state_number(i)) % 2);
  }

  double growth_;
};

}  // namespace tessera::test
