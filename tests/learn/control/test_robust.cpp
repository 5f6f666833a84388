// Regulators against disturbances, playing.
#include "learn/control/robust.hpp"

#include "base/error.hpp"
#include "math/control.hpp"
#include "systems.hpp"

using namespace tessera;
using namespace tessera::learn::control;
using namespace tessera::test;

namespace {

/// Sum of |z|^2 - gamma^2 |w|^2 from (1, 1) on, in row 0.
double value_of(const RobustParams& params, double gamma) {
  auto model = linear_system("toy");
  DenseEnvironment environment(comm(), model, {.num_rows = comm().size(), .is_quiet = true});
  RobustController controller(environment, params);
  environment.begin_in({1.0, 1.0});
  const auto rows = static_cast<std::size_t>(environment.rows().count);
  const sim::Environment::Rows actions("actions", rows, 1);
  const sim::Environment::Rows disturbances("disturbances", rows, static_cast<std::size_t>(model.b1.cols()));
  double value = 0.0;
  for (int step = 0; step < 2000; ++step) {
    controller.decide(environment, actions, disturbances);
    environment.step(actions, controller.gives_disturbances() ? disturbances : sim::Environment::Rows());
    value -= environment.reward()(0);
    if (!controller.gives_disturbances()) continue;
    for (const double w : data::host_copy(disturbances, 0, 1)) value -= gamma * gamma * w * w;
  }
  return value;
}

}  // namespace

TEST_CASE("the oscillator's saddle value is reached with the right sign of the disturbance alone", "[control]") {
  // As found with controlgym's gains: the value at the saddle point, without disturbance, and with the wrong sign.
  CHECK_THAT(value_of({.gamma = 10.0, .plays_disturbance = true}, 10.0), WithinAbs(31.175, 5e-4));
  CHECK_THAT(value_of({.gamma = 10.0}, 10.0), WithinAbs(30.77, 5e-3));
  CHECK_THAT(value_of({.gamma = 10.0, .plays_disturbance = true, .fidelity = sim::Fidelity::reference}, 10.0),
             WithinAbs(29.58, 5e-3));
}

TEST_CASE("without gamma, the H2 regulator acts", "[control]") {
  const auto model = linear_system("he1");
  DenseEnvironment environment(comm(), model, {.num_rows = comm().size()});
  RobustController controller(environment, {});
  CHECK(controller.name() == "h2");
  CHECK_FALSE(controller.gives_disturbances());
  const auto expected = math::h2_regulator({model.a, model.b1, model.b2, model.c1, model.d11, model.d12});
  CHECK(controller.design().radius == expected.closed_loop_radius);
  environment.begin_in({0.1, -0.2, 0.3, 0.4});
  const sim::Environment::Rows actions("actions", static_cast<std::size_t>(environment.rows().count), 2);
  controller.decide(environment, actions, {});
  const math::Matrix x{{0.1}, {-0.2}, {0.3}, {0.4}};
  REQUIRE_ALL(largest_difference(data::host_copy(actions, 0, 1), numbers(expected.gain * x)) < 1e-14);
}

TEST_CASE("margins tell how far the saddle point is from being none", "[control]") {
  DenseEnvironment environment(comm(), linear_system("he1"), {.num_rows = comm().size()});
  const RobustController controller(environment, {.gamma = 2.0});
  CHECK(controller.name() == "hinf");
  const auto& margins = controller.design().margins;
  REQUIRE(margins.size() == 4);
  CHECK_THAT(margins[1].second, WithinRel(0.5189848164586255, 1e-6));
  CHECK_THAT(margins[2].second, WithinRel(3.999859469337187, 1e-6));
  CHECK_THAT(margins[3].second, WithinAbs(1.0 - 0.989579664684655, 1e-9));
}

TEST_CASE("a gamma that is too small, and systems without disturbance, are refused", "[control]") {
  DenseEnvironment environment(comm(), linear_system("he1"), {});
  CHECK_THROWS_WITH(RobustController(environment, {.gamma = 1e-4}), Contains("gamma = 0.0001"));
  CHECK_THROWS_WITH(RobustController(environment, {.gamma = {}, .plays_disturbance = true}), Contains("give gamma"));
  auto model = linear_system("he1");
  model.has_disturbance = false;
  DenseEnvironment quiet(comm(), model, {});
  CHECK_THROWS_WITH(RobustController(quiet, {.gamma = 2.0}), Contains("needs an environment with a disturbance"));
}
