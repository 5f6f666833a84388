// A system whose solution is known, as an environment for tests: points in a plane that turn and grow.
#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "rod.hpp"
#include "sim/environment_stage.hpp"
#include "stage_run.hpp"

namespace tessera::test {

struct SpiralParams {
  std::int64_t steps = 6;
  double growth = 1.1, angle = 0.3;  ///< of a step
  double noise = 0.0;
  double reward_limit = std::numeric_limits<double>::infinity();
  double blow_up = std::numeric_limits<double>::infinity();  ///< beyond that the next state is not finite
  double action_limit = std::numeric_limits<double>::infinity();
};

/// x+ = growth R(angle) x + (u_0, 2 u_1) + noise, y = (x_0, step), reward = x_0 - 3 u_0. Starts at a radius of its own
/// for each start: 1 + start / 8, on the first axis.
class Spiral final : public sim::Environment {
 public:
  Spiral(const Comm& comm, std::uint32_t seed, std::int64_t rows, const SpiralParams& params);

  std::vector<const data::Field*> fields() override;

 private:
  void draw_states() override;
  void observe(std::int64_t draw) override;
  void judge(const Rows& actions, const Rows& disturbances) override;
  void advance(const Rows& actions, const Rows& disturbances) override;

  SpiralParams params_;
  data::Field plot_;
};

/// The stage type "spiral": episodes of it, with sources "zero", "waves" (amplitude 0.5) and "sinusoids".
class SpiralType final : public sim::StageType {
 public:
  std::string name() const override { return "spiral"; }
  std::string summary() const override { return "points that turn and grow"; }
  std::unique_ptr<Params> make_params() const override;
};

/// Collective. One such stage, "s", run as run_stages does.
std::string run_spiral(const std::string& keys, const Comm& comm = test::comm(), const std::string& place = "");
/// Collective. The same, run by the root alone.
std::string run_spiral_alone(const std::string& keys, const std::string& place = "");

}  // namespace tessera::test
