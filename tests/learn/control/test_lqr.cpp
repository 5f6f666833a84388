// Linear-quadratic regulators acting on environments.
#include "learn/control/lqr.hpp"

#include "base/error.hpp"
#include "spectral.hpp"
#include "systems.hpp"

using namespace tessera;
using namespace tessera::learn::control;
using namespace tessera::test;
using math::Matrix;

namespace {

std::vector<double> golden(const std::string& name) { return numbers(read_golden(regulators_path(), name)); }

struct Episode {
  double total = 0.0;  // as controlgym counts: without the last reward
  std::vector<double> state;
};

Episode run(DenseEnvironment& environment, sim::Controller& controller, int steps) {
  const auto width = static_cast<std::size_t>(environment.info().num_actions);
  const sim::Environment::Rows actions("actions", environment.state().extent(0), width);
  controller.start(environment);
  Episode episode;
  for (int step = 0; step < steps; ++step) {
    if (step > 0) episode.total += environment.reward()(0);
    controller.decide(environment, actions, {});
    environment.step(actions);
    controller.learn_of_step(environment, actions);
  }
  episode.state = environment.whole(0);
  return episode;
}

struct Pde {
  std::string name;
  sim::SpectralModel model;
  int steps;
};

Pde pde(const std::string& name) {
  if (name == "cdr") return {name, convection_diffusion_reaction({}), 100};
  if (name == "wave") return {name, wave({.num_points = 73, .num_actions = 6, .width = 0.12, .sample_time = 0.1}), 50};
  if (name == "schrodinger")
    return {name, schrodinger({.num_points = 73, .num_actions = 7, .width = 0.12, .sample_time = 0.001}, 40.0), 50};
  Pde target{name, convection_diffusion_reaction({.num_points = 120}), 40};
  target.model.q = 2.0;
  target.model.r = 0.5;
  target.model.target = golden("cdr_target/target");
  return target;
}

}  // namespace

TEST_CASE("regulated partial differential equations end where those of controlgym do", "[control]") {
  for (const std::string name : {"cdr", "cdr_target", "wave", "schrodinger"}) {
    CAPTURE(name);
    const auto golden_pde = pde(name);
    DenseEnvironment environment(comm(), dense(golden_pde.model), {.num_rows = comm().size()});
    LqrController lqr(environment, {});
    CHECK(lqr.design().residual < 1e-11);
    CHECK_THAT(lqr.design().radius, WithinAbs(golden(name + "/lqr/radius")[0], 1e-8));
    environment.begin_in(golden(name + "/initial_state"));
    const auto episode = run(environment, lqr, golden_pde.steps);
    CHECK_THAT(episode.total, WithinRel(golden(name + "/lqr/total")[0], 1e-8));
    CHECK(largest_difference(episode.state, golden(name + "/lqr/final_state")) < 1e-8);
  }
}

TEST_CASE("gains are those of controlgym", "[control]") {
  for (const std::string name : {"cdr_target", "wave"}) {
    CAPTURE(name);
    const auto tracker = design_tracker(dense(pde(name).model), math::UnseenModes::refuse);
    const auto expected = read_golden(regulators_path(), name + "/lqr/gain");
    CHECK(math::largest(tracker.regulator.gain - expected) < 1e-7 * math::largest(expected));
    CHECK(tracker.offset.empty() == (name != "cdr_target"));
  }
}

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
