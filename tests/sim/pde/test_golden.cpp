// Against runs of controlgym 1.0.0, and of the clean semi-discrete systems, made by others.
#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "golden.hpp"
#include "sim/pde/environment.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::Environment;
using sim::Fidelity;
using sim::pde::Equation;

namespace {

std::unique_ptr<Environment> make(Equation equation, Fidelity fidelity) {
  return sim::pde::make_environment(comm(), golden_params(equation, fidelity), 1, 1);
}

std::vector<double> state_of(const Environment& environment) { return data::host_copy(environment.state(), 0, 1); }

double largest(const std::vector<double>& values) {
  double result = 0.0;
  for (const double value : values) result = std::max(result, std::abs(value));
  return result;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double result = 0.0;
  for (std::size_t n = 0; n < a.size(); ++n) result = std::max(result, std::abs(a[n] - b[n]));
  return result;
}

std::vector<Equation> all_equations() {
  std::vector<Equation> equations;
  for (std::size_t n = 0; n < sim::pde::equation_names().size(); ++n) equations.push_back(static_cast<Equation>(n));
  return equations;
}

/// The library forms matrices of the linear equations from powers of a root of unity: it is the less exact side.
double run_tolerance(Equation equation) {
  if (equation == Equation::kuramoto_sivashinsky) return 1e-8;  // chaos: a rounding error grows 2e4 times in 150 steps
  return 1e-10;
}

/// Steps for which trajectories can be compared.
std::int64_t comparable_steps(Equation equation) { return equation == Equation::kuramoto_sivashinsky ? 150 : 1000; }

}  // namespace

TEST_CASE("default states, actuators and sensors are those of the library", "[pde]") {
  for (const auto equation : all_equations()) {
    INFO(sim::pde::name_of(equation));
    const PdeGolden golden(equation);
    const auto environment = make(equation, Fidelity::reference);
    environment->reset({});
    const auto start = golden.numbers("initial_state");
    CHECK(distance(state_of(*environment), start) < 1e-13 * largest(start));
    // Sensors read grid values; an observation of the start shows which.
    const auto seen = data::host_copy(environment->observation(), 0, 1);
    const auto sensors = golden.numbers("sensor_index");
    REQUIRE(seen.size() == sensors.size());
    for (std::size_t n = 0; n < seen.size(); ++n)
      CHECK(seen[n] == state_of(*environment)[static_cast<std::size_t>(sensors[n])]);
    if (!sim::pde::is_linear(equation)) continue;
    CHECK(distance(environment->dense_model()->mean_start, start) < 1e-13 * largest(start));
    const auto model = environment->spectral_model();
    REQUIRE(model.has_value());
    const auto shape = golden.numbers("control_shape");  // states x actions
    const std::size_t states = start.size(), actions = 8;
    for (std::size_t a = 0; a < actions; ++a)
      for (std::size_t n = 0; n < states; ++n)
        REQUIRE(std::abs(model->actuators[a * states + n] - shape[n * actions + a]) < 1e-14);
  }
}

TEST_CASE("one step from each stored state is the library's", "[pde]") {
  for (const auto equation : all_equations()) {
    const PdeGolden golden(equation);
    const auto environment = make(equation, Fidelity::reference);
    const auto steps = golden.steps("open_loop");
    for (std::size_t n = 0; n + 1 < steps.size(); ++n) {
      if (steps[n + 1] != steps[n] + 1) continue;
      INFO(sim::pde::name_of(equation) << " step " << steps[n]);
      const auto before = golden.state("open_loop", n), after = golden.state("open_loop", n + 1);
      environment->reset({}, to_rows(before));
      environment->step(to_rows(golden_actions(equation, steps[n])));
      // The library's matrix of the linear equations is made of powers of a root of unity: 9e-13 off.
      const double tolerance = sim::pde::is_linear(equation) ? 2e-12 : 1e-13;
      CHECK(distance(state_of(*environment), after) < tolerance * largest(after));
    }
  }
}

TEST_CASE("whole runs are the library's: states, observations, rewards", "[pde]") {
  for (const auto equation : all_equations()) {
    const PdeGolden golden(equation);
    const auto environment = make(equation, Fidelity::reference);
    const auto steps = golden.steps("open_loop");
    const auto rewards = golden.numbers("open_loop/reward"), observations = golden.numbers("open_loop/observation");
    const double tolerance = run_tolerance(equation);
    environment->reset({}, to_rows(golden.numbers("initial_state")));
    double total = 0.0;
    std::size_t next = 0;
    for (std::int64_t step = 0; step < environment->info().num_steps; ++step) {
      INFO(sim::pde::name_of(equation) << " step " << step);
      const bool is_comparable = step <= comparable_steps(equation);
      for (; next < steps.size() && steps[next] <= step; ++next) {
        if (steps[next] < step || !is_comparable) continue;
        const auto stored = golden.state("open_loop", next);
        CHECK(distance(state_of(*environment), stored) < tolerance * largest(stored));
      }
      environment->step(to_rows(golden_actions(equation, step)));
      const double reward = environment->reward()(0);
      total += reward;
      if (is_comparable) CHECK(std::abs(reward / rewards[static_cast<std::size_t>(step)] - 1.0) < 2.0 * tolerance);
      const auto seen = data::host_copy(environment->observation(), 0, 1);
      for (std::size_t n = 0; n < seen.size(); ++n) {
        const auto place = static_cast<std::size_t>(step) * seen.size() + n;
        if (is_comparable && place < observations.size())
          CHECK(std::abs(seen[n] - observations[place]) < 1e-9);  // numbers of order one
      }
    }
    INFO(sim::pde::name_of(equation));
    CHECK(environment->ending()(0) == static_cast<std::int64_t>(sim::Ending::time_limit));
    if (environment->info().num_steps <= comparable_steps(equation) &&
        golden.has("open_loop/total"))  // of the runs themselves, an attribute
      CHECK(std::abs(total / golden.number("open_loop/total") - 1.0) < tolerance);
  }
}

TEST_CASE("steps with noise are the library's, its numbers added", "[pde]") {
  for (const auto equation : all_equations()) {
    const PdeGolden golden(equation);
    const auto environment = make(equation, Fidelity::reference);
    const auto noise = golden.numbers("seeded_noise/process_noise"), actions = golden.numbers("seeded_noise/action");
    const auto width = golden.numbers("initial_state").size();
    for (std::size_t step = 0; (step + 1) * width <= noise.size(); ++step) {
      INFO(sim::pde::name_of(equation) << " step " << step);
      environment->reset({}, to_rows(golden.state("seeded_noise", step)));
      const auto first = actions.begin() + static_cast<std::ptrdiff_t>(8 * step);
      environment->step(to_rows({first, first + 8}));
      auto state = state_of(*environment);
      for (std::size_t n = 0; n < width; ++n) state[n] += noise[step * width + n];
      const auto after = golden.state("seeded_noise", step + 1);
      CHECK(distance(state, after) < 1e-12 * largest(after));
    }
  }
}

TEST_CASE("the corrected mode converges to the clean systems", "[pde]") {
  for (const auto equation : all_equations()) {
    const PdeGolden golden(equation);
    if (!golden.has("converged_open_loop")) continue;
    auto params = golden_params(equation, Fidelity::corrected);
    // As the stored runs: half the default step, but for korteweg_de_vries.
    if (equation != Equation::korteweg_de_vries) params.substep = 0.5 * *params.substep;
    const auto environment = sim::pde::make_environment(comm(), params, 1, 1);
    const auto steps = golden.steps("converged_open_loop");
    const auto differences = golden.numbers("converged_open_loop/halving_difference");
    // What rounding errors grow to.
    const double floor = equation == Equation::kuramoto_sivashinsky ? 1e-8 : 1e-10;
    environment->reset({}, to_rows(golden.numbers("initial_state")));
    std::int64_t step = 0;
    for (std::size_t n = 0; n < steps.size(); ++n) {
      if (equation == Equation::kuramoto_sivashinsky && steps[n] > 40) break;
      for (; step < steps[n]; ++step) environment->step(to_rows(golden_actions(equation, step)));
      INFO(sim::pde::name_of(equation) << " step " << step);
      // The Nyquist mode of the start, which is left out, is not in the stored states.
      if (step == 0) continue;
      CHECK(distance(state_of(*environment), golden.state("converged_open_loop", n)) < differences[n] + floor);
    }
  }
}
