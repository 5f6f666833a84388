// Output feedback: episodes of controlgym, the stationary cost, and restarts.
#include "learn/control/lqg.hpp"

#include "base/error.hpp"
#include "base/sum.hpp"
#include "data/io/checkpoint.hpp"
#include "math/control.hpp"
#include "spectral.hpp"
#include "systems.hpp"

using namespace tessera;
using namespace tessera::learn::control;
using namespace tessera::test;
using math::Matrix;
using Rows = sim::Environment::Rows;

namespace {

Matrix golden(const std::string& name) { return read_golden(regulators_path(), name); }

Rows actions_for(const sim::Environment& environment) {
  return Rows("actions", environment.state().extent(0), static_cast<std::size_t>(environment.info().num_actions));
}

void advance(DenseEnvironment& environment, LqgController& lqg, int steps) {
  const Rows actions = actions_for(environment);
  for (int step = 0; step < steps; ++step) {
    lqg.decide(environment, actions, {});
    environment.step(actions);
    lqg.learn_of_step(environment, actions);
  }
}

/// Two states, one of them unstable, one measured.
sim::DenseModel small_system() {
  sim::DenseModel model;
  model.a = {{1.1, 0.2}, {0.0, 0.8}};
  model.b2 = {{0.5}, {1.0}};
  model.c = {{1.0, 0.0}};
  model.q = {{1.0, 0.0}, {0.0, 0.5}};
  model.r = {{0.3}};
  model.process = Matrix::diagonal({0.04, 0.01});
  model.measurement = {{0.09}};
  return model;
}

/// tr PW + tr K'(R + B'PB)K Sigma: what a step costs in the long run (K. Astrom, Introduction to Stochastic Control
/// Theory, 1970, chapter 8).
double stationary_cost(const sim::DenseModel& model) {
  const auto lqr = math::regulator(model.a, model.b2, model.q, model.r);
  const auto filter = math::kalman_filter(model.a, model.c, model.process, model.measurement);
  const Matrix weight = model.r + transposed_times(model.b2, lqr.riccati * model.b2);
  const Matrix product = lqr.riccati * model.process;
  const Matrix feedback = transposed_times(lqr.gain, weight * lqr.gain) * filter.covariance;
  double cost = 0.0;
  for (int i = 0; i < model.a.rows(); ++i) cost += product(i, i) + feedback(i, i);
  return cost;
}

}  // namespace

TEST_CASE("episodes of controlgym are repeated", "[control]") {
  for (const std::string id : {"toy", "he1", "psm", "he2"}) {
    CAPTURE(id);
    DenseEnvironment environment(comm(), linear_system(id), {.num_rows = comm().size(), .is_quiet = true});
    LqgController lqg(environment, {.start = FilterStart::state});
    environment.begin_in(numbers(golden(id + "/lqg/initial_state")));
    lqg.start(environment);
    const Matrix disturbance = golden(id + "/lqg/disturbance");
    const Rows actions = actions_for(environment);
    double total = 0.0;
    for (int step = 0; step < disturbance.rows(); ++step) {
      if (step > 0) total += environment.reward()(0);  // the last one is not counted there
      lqg.decide(environment, actions, {});
      environment.step_with(actions, numbers(disturbance.block(step, 0, 1, disturbance.cols())));
      lqg.learn_of_step(environment, actions);
    }
    CHECK_THAT(total, WithinRel(golden(id + "/lqg/total")(0, 0), 1e-7));
    const Matrix expected = golden(id + "/lqg/final_state");
    CHECK(largest_difference(environment.whole(0), numbers(expected)) < 1e-7 * math::largest(expected));
  }
}

TEST_CASE("filters of partial differential equations are those of controlgym", "[control]") {
  const auto check = [](const std::string& name, sim::SpectralModel model) {
    CAPTURE(name);
    model.process = 1e-5;
    model.measurement = 0.05;
    const auto matrices = dense(model);
    const auto filter = math::kalman_filter(matrices.a, matrices.c, matrices.process, matrices.measurement);
    const Matrix expected = golden(name + "/filter/gain");
    CHECK(math::largest(filter.gain - expected) < 1e-6 * math::largest(expected));
    CHECK_THAT(filter.radius, WithinAbs(golden(name + "/filter/radius")(0, 0), 1e-7));
  };
  check("cdr_target", convection_diffusion_reaction({.num_points = 120}));
  check("wave", wave({.num_points = 73, .num_actions = 6, .width = 0.12}));
  check("schrodinger", schrodinger({.num_points = 73, .num_actions = 7, .width = 0.12, .sample_time = 0.001}, 40.0));
}

TEST_CASE("in the long run a step costs what the equations say, whenever it observes", "[control][physics]") {
  const auto model = small_system();
  const double expected = stationary_cost(model);
  for (const auto observe : {sim::Observe::before, sim::Observe::after}) {
    DenseEnvironment environment(comm(), model, {.num_rows = 400, .observe = observe});
    LqgController lqg(environment, {});
    environment.reset({});
    lqg.start(environment);
    advance(environment, lqg, 60);
    ExactSum sum;
    constexpr int steps = 300;
    for (int step = 0; step < steps; ++step) {
      advance(environment, lqg, 1);
      for (std::int64_t row = 0; row < environment.rows().count; ++row) sum.add(-environment.reward()(row));
    }
    all_reduce(comm(), &sum, 1);
    // Some 10^4 independent samples of a variable that scatters by 1.5 times its mean.
    CHECK_THAT(sum.value() / (400.0 * steps), WithinRel(expected, 0.03));
  }
}

namespace {

/// Largest distance of the estimates from the states, over all rows and over so many steps.
double worst_estimate(DenseEnvironment& environment, const FilterStart start, int steps) {
  LqgController lqg(environment, {.start = start});
  environment.begin_in({0.2, 0.4});
  lqg.start(environment);
  double worst = 0.0;
  for (int step = 0; step < steps; ++step) {
    advance(environment, lqg, 1);
    for (std::int64_t row = 0; row < environment.rows().count; ++row)
      worst = std::max(worst, largest_difference(environment.whole(row), data::host_copy(lqg.estimate(), row, 1)));
  }
  return environment.comm().all_reduce(worst, Op::max);
}

}  // namespace

TEST_CASE("without noise, an estimate that begins at the state stays there", "[control]") {
  for (const auto observe : {sim::Observe::before, sim::Observe::after}) {
    const DenseSetting setting{.num_rows = 3, .observe = observe, .action_limit = 0.4, .is_quiet = true};
    DenseEnvironment rows(comm(), small_system(), setting);  // the first actions are clipped
    CHECK(worst_estimate(rows, FilterStart::state, 10) < 1e-14);
    const auto split = DenseEnvironment::split(comm(), small_system(), observe);
    CHECK(worst_estimate(*split, FilterStart::state, 10) < 1e-14);
  }
}

TEST_CASE("an estimate begins at the mean, and the filter mends it at its own rate", "[control]") {
  auto model = small_system();
  model.mean_start = {0.2, 0.3};
  DenseEnvironment environment(comm(), model, {.num_rows = 3, .is_quiet = true});
  const Matrix filter = math::kalman_filter(model.a, model.c, model.process, model.measurement).gain;
  LqgController lqg(environment, {});
  environment.begin_in({0.2, 0.4});
  lqg.start(environment);
  Matrix error{{0.0}, {0.1}};
  for (int step = 0; step < 10; ++step) {
    advance(environment, lqg, 1);
    error = (model.a - filter * model.c) * error;
  }
  double worst = 0.0;
  for (std::int64_t row = 0; row < environment.rows().count; ++row) {
    const auto x = environment.whole(row), estimate = data::host_copy(lqg.estimate(), row, 1);
    worst = std::max(worst, largest_difference({x[0] - estimate[0], x[1] - estimate[1]}, numbers(error)));
  }
  REQUIRE_ALL(worst < 1e-14);
}

TEST_CASE("an estimate goes on from a checkpoint, on as many ranks and on one", "[control][restart]") {
  const DenseSetting setting{.num_rows = 7};
  const auto state_after = [&](DenseEnvironment& environment, LqgController& lqg) {
    advance(environment, lqg, 5);
    std::vector<double> all(14);
    for (std::int64_t row = 0; row < environment.rows().count; ++row) {
      const auto x = environment.whole(row);
      std::copy(x.begin(), x.end(), all.begin() + 2 * (environment.rows().first + row));
    }
    environment.comm().all_reduce(all.data(), 14, Op::sum);
    return all;
  };
  DenseEnvironment environment(comm(), small_system(), setting);
  LqgController lqg(environment, {});
  environment.reset({});
  lqg.start(environment);
  advance(environment, lqg, 4);
  const auto folder = scratch_folder();
  data::write_checkpoint(comm(), folder, {},
                         {{"environment", [&](data::StateWriter& writer) { environment.save(writer); }},
                          {"lqg", [&](data::StateWriter& writer) { lqg.save(writer); }}});
  const auto expected = state_after(environment, lqg);
  for (const auto& ranks : {comm(), comm().split(comm().rank())}) {
    DenseEnvironment again(ranks, small_system(), setting);
    LqgController filter(again, {});
    const auto checkpoint = data::Checkpoint::open_newest(ranks, folder);
    again.restore(*checkpoint->section("environment"));
    filter.restore(*checkpoint->section("lqg"));
    REQUIRE_ALL(state_after(again, filter) == expected);
  }
  DenseEnvironment fewer(comm(), small_system(), {.num_rows = 6});
  LqgController filter(fewer, {});
  const auto checkpoint = data::Checkpoint::open_newest(comm(), folder);
  CHECK_THROWS_WITH(filter.restore(*checkpoint->section("lqg")), Contains("7 filters; expected 6"));
}
