// How episodes end, and what ended rows keep.
#include <limits>

#include "samples.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::Ending;

namespace {

constexpr auto none = static_cast<std::int64_t>(Ending::none),
               time_limit = static_cast<std::int64_t>(Ending::time_limit),
               out_of_bounds = static_cast<std::int64_t>(Ending::out_of_bounds);

/// Three rows of an oscillator, the second of which starts at `x`.
std::unique_ptr<LinearEnvironment> oscillators(LinearParams params, double x) {
  params.id = "toy";
  auto environment = make_environment(comm(), params, 3, 3);
  Rows states = same_rows(3, {1.0, 0.0});
  data::set_rows(states, 1, std::vector<double>{x, 0.0});
  environment->reset({}, states);
  return environment;
}

std::vector<double> row(const LinearEnvironment& environment, std::ptrdiff_t n) {
  const auto all = all_numbers(environment);
  const auto width = static_cast<std::ptrdiff_t>(all.size()) / 3;
  return {all.begin() + n * width, all.begin() + (n + 1) * width};
}

}  // namespace

TEST_CASE("An episode ends after its steps and stays as it is", "[linear]") {
  for (const auto observe : {sim::Observe::before, sim::Observe::after}) {
    LinearParams params;
    params.steps = 2;
    params.observe = observe;
    const auto environment = oscillators(params, 2.0);
    step_by_wave(*environment);
    CHECK(endings(*environment) == std::vector<std::int64_t>(3, none));
    CHECK(environment->num_running() == 3);
    step_by_wave(*environment);
    CHECK(endings(*environment) == std::vector<std::int64_t>(3, time_limit));
    CHECK(environment->num_running() == 0);
    const auto last = all_numbers(*environment);
    step_by_wave(*environment);
    CHECK(all_numbers(*environment) == last);
    environment->reset({});
    CHECK(endings(*environment) == std::vector<std::int64_t>(3, none));
    step_by_wave(*environment);
    CHECK(all_numbers(*environment) != last);
  }
}

TEST_CASE("A row whose state overflows keeps its last one, and the others go on", "[linear]") {
  const double huge = std::numeric_limits<double>::max();
  for (const double x : {huge, 1e200, std::numeric_limits<double>::quiet_NaN()}) {  // 1e200: the reward overflows
    CAPTURE(x);
    const auto environment = oscillators({}, x), undisturbed = oscillators({}, 1.0);
    step_by_wave(*environment);
    step_by_wave(*undisturbed);
    CHECK(endings(*environment) == std::vector<std::int64_t>{none, out_of_bounds, none});
    CHECK(row(*environment, 0) == row(*undisturbed, 0));
    CHECK(row(*environment, 2) == row(*undisturbed, 2));
    const auto state = numbers(environment->state());
    CHECK((state[2] == x || std::isnan(x)));
    CHECK(state[3] == 0.0);
    CHECK(environment->num_running() == 2);
    step_by_wave(*environment);
    CHECK(numbers(environment->state())[3] == 0.0);
  }
}

TEST_CASE("An unstable system that runs away is stopped with its last finite state", "[linear]") {
  LinearParams params;
  params.id = "ac3";  // grows by 1.29 a sample
  params.steps = 5000;
  const auto environment = make_environment(comm(), params, 3, 2);
  environment->reset({});
  while (environment->num_running() > 0 && environment->num_steps_done() < 4000) step_by_wave(*environment);
  CHECK(environment->num_steps_done() > 1000);
  CHECK(endings(*environment) == std::vector<std::int64_t>(2, out_of_bounds));
  double largest = 0.0;
  for (const double x : numbers(environment->state())) {
    REQUIRE(std::isfinite(x));
    largest = std::max(largest, std::abs(x));
  }
  CHECK(largest > 1e150);
}

TEST_CASE("A reward beyond its limit ends a row", "[linear]") {
  LinearParams params;
  params.reward_limit = 50.0;
  const auto environment = oscillators(params, 100.0);
  step_by_wave(*environment);
  CHECK(endings(*environment) == std::vector<std::int64_t>{none, out_of_bounds, none});
}

TEST_CASE("Actions are clipped where that is asked for", "[linear]") {
  LinearParams params;
  params.action_limit = 0.5;
  params.noise_cov = 0.0;
  const auto free = oscillators(params, 2.0);
  params.clip_actions = true;
  const auto clipped = oscillators(params, 2.0), small = oscillators(params, 2.0);
  free->step(same_rows(3, {5.0}));
  clipped->step(same_rows(3, {5.0}));
  small->step(same_rows(3, {0.5}));
  CHECK(all_numbers(*clipped) == all_numbers(*small));
  CHECK(all_numbers(*free) != all_numbers(*small));
}
