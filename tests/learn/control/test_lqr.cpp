// Linear-quadratic regulators acting on environments.
#include "learn/control/lqr.hpp"

#include <cmath>

#include "base/error.hpp"
#include "spectral.hpp"
#include "systems.hpp"

using namespace tessera;
using namespace tessera::learn::control;
using namespace tessera::test;
using math::Matrix;

TEST_CASE("rows and ranks do not matter, to the last bit", "[control]") {
  const auto model = linear_system("psm");
  const auto final_state = [&](DenseEnvironment& environment) {
    LqrController lqr(environment, {});
    environment.begin_in({1.0, -0.5, 0.3, 0.2, 0.7, -0.9, 0.1});
    return run(environment, lqr, 20).state;
  };
  DenseEnvironment one(comm(), model, {.num_rows = comm().size(), .is_quiet = true});
  DenseEnvironment many(comm(), model, {.num_rows = 5 * comm().size(), .is_quiet = true});
  const auto expected = final_state(one);
  CHECK(expected == final_state(many));
  const auto split = DenseEnvironment::split(comm(), model);
  const auto found = final_state(*split);
  CHECK(largest_difference(found, expected) < 1e-14);
  // Of the split state, the same numbers on one rank as on all.
  const auto alone = comm().split(comm().rank());
  const auto whole = DenseEnvironment::split(alone, model);
  CHECK(found == final_state(*whole));
}

TEST_CASE("a gain of one row acts as the whole one, on any number of rows and ranks", "[control]") {
  auto model = convection_diffusion_reaction({.num_points = 40, .num_actions = 4});
  model.target.assign(40, 0.1);
  const auto matrices = dense(model);
  const auto final_state = [&](DenseEnvironment& environment) {
    LqrController lqr(environment, {});
    std::vector<double> start(40);
    for (std::size_t i = 0; i < 40; ++i) start[i] = std::cos(0.3 * static_cast<double>(i * i));
    environment.begin_in(start);
    return run(environment, lqr, 20).state;
  };
  const DenseSetting setting{.num_rows = comm().size(), .is_quiet = true};
  DenseEnvironment plain(comm(), matrices, setting), one(comm(), matrices, setting);
  one.describe_as(model);
  const auto expected = final_state(one);
  CHECK(largest_difference(expected, final_state(plain)) < 1e-10);
  DenseEnvironment many(comm(), matrices, {.num_rows = 3 * comm().size(), .is_quiet = true});
  many.describe_as(model);
  CHECK(expected == final_state(many));
  const auto split = DenseEnvironment::split(comm(), matrices);
  const auto alone = comm().split(comm().rank());
  const auto whole = DenseEnvironment::split(alone, matrices);
  split->describe_as(model);
  whole->describe_as(model);
  const auto found = final_state(*split);
  CHECK(largest_difference(found, expected) < 1e-13);
  CHECK(found == final_state(*whole));
}

TEST_CASE("a target is held only where it can be, and asked for only where there is one", "[control]") {
  // A closed loop that keeps the eigenvalue 1: an aircraft whose position does not matter.
  auto model = linear_system("ac2");
  CHECK(design_tracker(model, math::UnseenModes::leave).offset.empty());
  model.target.assign(static_cast<std::size_t>(model.a.rows()), 1.0);
  CHECK_THROWS_WITH(design_tracker(model, math::UnseenModes::leave), Contains("no target can be held"));
  model = linear_system("he1");
  model.target = {1.0, 0.0, 0.0, 0.0};
  CHECK_THROWS_WITH(design_tracker(model, math::UnseenModes::refuse), Contains("cross weights"));
}

TEST_CASE("what has no regulator says why, on all ranks", "[control]") {
  DenseEnvironment wave_of_40(comm(), dense(wave({.num_points = 40})), {});
  CHECK_THROWS_WITH(LqrController(wave_of_40, {}), Contains("no input reaches"));
  wave_of_40.describe_as(wave({.num_points = 40}));
  CHECK_THROWS_WITH(LqrController(wave_of_40, {}), Contains("beyond the reach of its actuators"));
  sim::DenseModel empty;
  empty.a = Matrix(2002, 2002);
  empty.b2 = Matrix(2002, 8);
  empty.c = Matrix(1, 2002);
  DenseEnvironment large(comm(), empty, {});
  large.describe_as(convection_diffusion_reaction({.num_points = 2002}));
  CHECK_THROWS_WITH(LqrController(large, {}), Contains("2002 states") && Contains("8 actuators do not divide 2002"));
  class Other final : public sim::Environment {
   public:
    Other() : Environment(test::comm(), {.id = "other", .num_states = 3}, 1, sim::RowRange::of(test::comm(), 1), 1) {}

   private:
    void draw_states() override {}
    void observe(std::int64_t) override {}
    void judge(const Rows&, const Rows&) override {}
    void advance(const Rows&, const Rows&) override {}
  } other;
  CHECK_THROWS_WITH(LqrController(other, {}), Contains("'other' with 3 states is none"));
}
