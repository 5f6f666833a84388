// Particles moved by a model: reference paths and end points, laws of a constant action, and models that cannot do what
// is asked.
#include <cmath>

#include "catch.hpp"
#include "golden_networks.hpp"
#include "learn/action/propagation.hpp"
#include "stage_run.hpp"

using namespace tessera;
using namespace tessera::learn::action;
using namespace tessera::test;

namespace {

/// Collective. Rows of these positions, shared out.
data::Table table_of_positions(const std::vector<double>& positions, std::int64_t dim) {
  data::Table table(comm());
  table.add<double>("position", static_cast<int>(dim));
  const auto total = static_cast<std::int64_t>(positions.size()) / dim;
  const auto first = data::first_of_share(total, 1, comm().rank(), comm().size()),
             end = data::first_of_share(total, 1, comm().rank() + 1, comm().size());
  table.append(end - first);
  data::set_rows(table.get<double>("position"), 0,
                 std::vector<double>(positions.begin() + first * dim, positions.begin() + end * dim));
  return table;
}

/// An action of reference data on [0, 1].
class GoldenFlow {
 public:
  explicit GoldenFlow(const GoldenNetwork& golden) : golden_(golden), path_(action_data("integrators")) {}

  std::vector<double> stored(const std::string& name) const {
    return read_stored(path_, golden_.name + "/" + name).numbers;
  }
  Propagation begin(PropagationParams params, const std::string& start, double growth = 0.0) const {
    auto network = read_network(golden_, path_, golden_.name + "/net");
    const auto values = network.parameters().values();
    params.begin = 0.0;
    params.end = 1.0;
    DynamicsParams dynamics;
    dynamics.growth = growth;
    return {comm(), TrainedModel{Method::action, Scales{}, dynamics, std::move(network), values}, params,
            table_of_positions(stored(start), golden_.dim), 1};
  }
  /// Collective. Numbers [first, first + width) of all states.
  std::vector<double> numbers(const Propagation& propagation, std::size_t first, std::size_t width) const {
    const auto rows = whole_column<double>(propagation.particles(), "state");
    const auto whole = static_cast<std::size_t>(golden_.dim + 2);
    std::vector<double> result;
    for (std::size_t row = 0; row * whole < rows.size(); ++row)
      for (std::size_t c = first; c < first + width; ++c) result.push_back(rows[row * whole + c]);
    return result;
  }
  std::vector<double> positions(const Propagation& propagation) const {
    return numbers(propagation, 0, static_cast<std::size_t>(golden_.dim));
  }

 private:
  GoldenNetwork golden_;
  std::string path_;
};

/// Largest difference, in terms of the largest number.
double relative_difference(const std::vector<double>& found, const std::vector<double>& expected,
                           std::size_t first = 0) {
  double largest = 0.0, worst = 0.0;
  for (std::size_t n = 0; n < found.size(); ++n) {
    largest = std::max(largest, std::fabs(expected.at(first + n)));
    worst = std::max(worst, std::fabs(found[n] - expected[first + n]));
  }
  return worst / largest;
}

/// An action that is the same number everywhere.
TrainedModel constant_model(double action, const DynamicsParams& dynamics, Method method = Method::action) {
  NetworkShape shape{.params = {.form = method == Method::action ? Form::scalar : Form::vector, .hidden = {4}},
                     .dimensions = 2,
                     .mean = {},
                     .deviation = {}};
  Network network(shape);
  const auto& parameters = network.parameters();
  for (const auto& slice : parameters.slices())
    parameters.set(slice, std::vector<double>(static_cast<std::size_t>(slice.size()), 0.0));
  if (method == Method::action) parameters.set(parameters.slices().back(), {action});
  const auto values = parameters.values();
  return {method, Scales{.begin = 2.0, .duration = 4.0, .length = 0.5}, dynamics, std::move(network), values};
}

Propagation constant_flow(double action, const DynamicsParams& dynamics, PropagationParams params,
                          std::int64_t particles, Method method = Method::action) {
  params.begin = params.begin.value_or(2.0);
  params.end = params.end.value_or(6.0);
  return {comm(), constant_model(action, dynamics, method), params,
          table_of_positions(std::vector<double>(static_cast<std::size_t>(2 * particles), 1.0), 2), 1};
}

}  // namespace

TEST_CASE("particles take the steps of the reference data", "[action]") {
  const std::pair<Integrator, const char*> methods[] = {
      {Integrator::euler, "euler20"}, {Integrator::heun, "heun20"}, {Integrator::rk4, "rk4_20"}};
  for (const auto& golden : golden_networks()) {
    if (golden.form == Form::vector) continue;
    const GoldenFlow flow(golden);
    for (const auto& [integrator, name] : methods) {
      INFO(golden.name << ", " << name);
      auto propagation = flow.begin({.steps = 20, .integrator = integrator}, "x0");
      const auto expected = flow.stored(name);
      const std::size_t rows = flow.stored("x0").size();
      for (std::size_t n = 1; n <= 20; ++n) {
        REQUIRE(propagation.step() == 0);
        CHECK(relative_difference(flow.positions(propagation), expected, n * rows) < 1e-11);
      }
      CHECK(propagation.time() == 1.0);
    }
  }
}

TEST_CASE("steps of their own length reach the end, the integrals along the way, and the start again", "[action]") {
  const StepControl fine{.relative = 1e-11, .absolute = 1e-12};
  for (const auto& golden : golden_networks()) {
    if (golden.form == Form::vector) continue;
    INFO(golden.name);
    const GoldenFlow flow(golden);
    PropagationParams params{.steps = 3, .integrator = Integrator::dp5, .control = fine, .log_density = true};
    auto there = flow.begin(params, "x0", 1.0);
    for (int n = 0; n < 3; ++n) REQUIRE(there.step() == 0);
    const auto d = static_cast<std::size_t>(golden.dim);
    CHECK(relative_difference(flow.positions(there), flow.stored("x1_reference")) < 1e-8);
    CHECK(relative_difference(flow.numbers(there, d, 1), flow.stored("int_s")) < 1e-7);
    CHECK(relative_difference(flow.numbers(there, d + 1, 1), flow.stored("logq_change")) < 1e-7);
    params.backward = true;
    auto back = flow.begin(params, "x1_reference");
    for (int n = 0; n < 3; ++n) REQUIRE(back.step() == 0);
    CHECK(back.time() == 0.0);
    CHECK(relative_difference(flow.positions(back), flow.stored("x0")) < 1e-6);
  }
}

TEST_CASE("particles multiply as a constant action says, with weights or as branches", "[action]") {
  // s = A s', A = length^2/duration: here 1/16 of the network's; the rate is lambda s.
  DynamicsParams dynamics;
  dynamics.growth = 0.8;
  constexpr std::int64_t particles = 20000;
  const double action = 3.2, mass = std::exp(0.8 * action / 16.0 * 4.0);
  auto weighted = constant_flow(action, dynamics, {.steps = 10}, particles);
  auto resampled = constant_flow(action, dynamics, {.steps = 10, .resample_below = 1.0}, particles);
  auto branching = constant_flow(action, dynamics, {.steps = 10, .growth_as = GrowthAs::branching}, particles);
  for (int n = 0; n < 10; ++n) {
    REQUIRE(weighted.step() == 0);
    REQUIRE(resampled.step() == 0);
    REQUIRE(branching.step() == 0);
  }
  CHECK_THAT(weighted.moments().mass, WithinRel(mass, 1e-12));
  CHECK_THAT(resampled.moments().mass, WithinRel(mass, 1e-10));
  CHECK(weighted.num_global() == particles);
  CHECK(resampled.num_global() == particles);
  const auto count = static_cast<double>(branching.num_global());
  CHECK_THAT(branching.moments().mass, WithinRel(count / particles, 1e-12));
  // Each step adds the variance of less than 1/4 a particle, which multiplies afterwards.
  CHECK(std::fabs(count / particles - mass) < 5.0 * mass * std::sqrt(10.0 * 0.25 / particles));
}

TEST_CASE("weights that differ are resampled into equal ones, and the mass stays", "[action]") {
  data::Table start = table_of_positions(std::vector<double>(2000, 1.0), 2);
  start.add<double>("log_weight");
  std::vector<double> logs;
  for (std::int64_t n = 0; n < start.num_rows(); ++n)
    logs.push_back(0.004 * static_cast<double>(start.first_row() + n));
  data::set_rows(start.get<double>("log_weight"), 0, logs);
  PropagationParams params{.steps = 2, .resample_below = 0.9};
  params.begin = 2.0;
  params.end = 6.0;
  Propagation propagation(comm(), constant_model(0.0, {}), params, start, 1);
  CHECK(propagation.moments().effective_count < 600.0);
  REQUIRE(propagation.step() == 0);
  CHECK_THAT(propagation.moments().effective_count, WithinRel(1000.0, 1e-10));
  CHECK_THAT(propagation.moments().mass, WithinRel(1.0, 1e-10));
  CHECK(propagation.num_global() == 1000);
}

TEST_CASE("particles diffuse with the sigma of the training", "[action]") {
  DynamicsParams dynamics;
  dynamics.sigma = "0.3*t";
  constexpr std::int64_t particles = 20000;
  auto propagation = constant_flow(0.0, dynamics, {.steps = 8}, particles);
  double variance = 0.0;
  for (int n = 0; n < 8; ++n) {
    const double sigma = 0.3 * propagation.time();
    variance += 0.5 * sigma * sigma;
    REQUIRE(propagation.step() == 0);
  }
  const auto found = propagation.moments();
  for (std::size_t c = 0; c < 2; ++c) {
    CHECK(std::fabs(found.variance[c] / variance - 1.0) < 5.0 * std::sqrt(2.0 / particles));
    CHECK(std::fabs(found.mean[c] - 1.0) < 5.0 * std::sqrt(variance / particles));
  }
}

TEST_CASE("what a model cannot do is refused", "[action]") {
  const auto refused = [](const DynamicsParams& dynamics, const PropagationParams& params, const std::string& message,
                          Method method = Method::action) {
    CHECK_THROWS_WITH(constant_flow(0.0, dynamics, params, 4, method), Contains(message));
  };
  DynamicsParams noisy, costly;
  noisy.sigma = "1";
  costly.cost_exponent = 3.0;
  refused(noisy, {.integrator = Integrator::rk4}, "particles that diffuse; expected integrator = \"euler_maruyama\"");
  refused(noisy, {.backward = true}, "only with the score of their density");
  refused(noisy, {.log_density = true}, "expected a model without sigma");
  refused(costly, {.log_density = true}, "cost_exponent = 2");
  refused({}, {.growth_as = GrowthAs::branching}, "do not multiply");
  refused({}, {.integrator = Integrator::annealed_langevin}, "needs a score");
  refused({}, {.integrator = Integrator::heun}, "moves nothing by itself", Method::score);
  DynamicsParams negative;
  negative.sigma = "3 - t";
  auto propagation = constant_flow(0.0, negative, {.steps = 4}, 4);
  REQUIRE(propagation.step() == 0);
  REQUIRE(propagation.step() == 0);
  CHECK_THROWS_WITH(propagation.step(), Contains("sigma = 3 - t is -1 at t = 4"));
}
