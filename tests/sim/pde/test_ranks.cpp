// The same on any number of ranks: a batch of many, and one that all ranks share.
#include <cmath>

#include "catch.hpp"
#include "golden.hpp"
#include "sim/pde/environment.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::Environment;

namespace {

/// Values that tell where they lie.
Environment::Rows actions_for(const Environment& environment) {
  const auto count = environment.rows().count;
  Environment::Rows actions("actions", static_cast<std::size_t>(count),
                            static_cast<std::size_t>(environment.info().num_actions));
  for (std::int64_t row = 0; row < count; ++row)
    for (std::int64_t n = 0; n < environment.info().num_actions; ++n) {
      const auto number = static_cast<double>(environment.is_split() ? 0 : environment.rows().first + row);
      actions(row, n) = 0.1 * std::sin(1.0 + number + 0.3 * static_cast<double>(n));
    }
  return actions;
}

void run(Environment& environment, int steps) {
  const auto actions = actions_for(environment);
  for (int n = 0; n < steps; ++n) environment.step(actions);
}

/// Of the ranks of a test, a group of one: what a run on a single rank gives.
Comm alone() { return comm().split(comm().rank()); }

double distance_to_whole(const Environment& split, const Environment& whole) {
  double result = 0.0;
  std::int64_t place = 0;
  for (const auto& span : split.state_spans())
    for (std::int64_t n = 0; n < span.count; ++n, ++place)
      result = std::max(result, std::abs(split.state()(0, place) - whole.state()(0, span.first + n)));
  for (std::int64_t n = 0; n < split.info().num_observations; ++n)
    result = std::max(result, std::abs(split.observation()(0, n) - whole.observation()(0, n)));
  return std::max(result, std::abs(split.reward()(0) / whole.reward()(0) - 1.0));
}

}  // namespace

TEST_CASE("rows of a batch do not depend on who has them", "[pde]") {
  const auto params = read_params("id = \"burgers\"\npoints = [64]\nsteps = 4\nprocess_noise = 1e-4\n");
  const auto batch = sim::pde::make_environment(comm(), params, 7, 6);
  const auto whole = sim::pde::make_environment(alone(), params, 7, 6);
  for (auto* environment : {batch.get(), whole.get()}) {
    environment->reset({.first = 12, .per_start = 2});
    run(*environment, 3);
  }
  Verdict verdict;
  bool is_same = true;
  for (std::int64_t row = 0; row < batch->rows().count; ++row) {
    const auto there = batch->rows().first + row;
    is_same = is_same && batch->reward()(row) == whole->reward()(there);
    for (std::int64_t n = 0; n < batch->info().num_states; ++n)
      is_same = is_same && batch->state()(row, n) == whole->state()(there, n);
    for (std::int64_t n = 0; n < batch->info().num_observations; ++n)
      is_same = is_same && batch->observation()(row, n) == whole->observation()(there, n);
  }
  verdict.hold(is_same);
  INFO(verdict.explanation());
  CHECK(verdict.agree());
  // Rows 0 and 1 begin alike and part.
  CHECK(whole->state()(0, 0) != whole->state()(1, 0));
}

TEST_CASE("one environment over all ranks is the one on a single rank", "[pde]") {
  const char* const decks[] = {
      "id = \"burgers\"\npoints = [192]\nprocess_noise = 1e-4\n",
      "id = \"allen_cahn\"\npoints = [64]\n",
      "id = \"korteweg_de_vries\"\nsubstep = 1e-3\n",
      "id = \"wave\"\nprocess_noise = 1e-4\n",
      "id = \"schrodinger\"\n",
      "id = \"convection_diffusion_reaction\"\n",
      "id = \"burgers\"\nfidelity = \"reference\"\npoints = [96]\n",
      "id = \"fisher\"\npoints = [32, 24]\nlength = [10.0, 8.0]\n[stage.start]\nformulas = [\"0.5 + "
      "0.1*cos(2*pi*x/Lx)*sin(4*pi*y/Ly)\"]\n",
      "id = \"burgers\"\npoints = [16, 12, 20]\nactuators = [2, 2, 2]\nsensors = [2, 2, "
      "2]\n[stage.start]\nformulas = [\"sin(2*pi*x)*cos(2*pi*y) + 0.3*sin(2*pi*z)\"]\n",
      "id = \"cahn_hilliard\"\npoints = [24, 16]\nprocess_noise = 1e-6\n",
  };
  for (const auto* const deck : decks) {
    INFO(deck);
    const auto params = read_params(deck);
    const auto split = sim::pde::make_environment(comm(), params, 3, 1);
    const auto whole = sim::pde::make_environment(alone(), params, 3, 1);
    for (auto* environment : {split.get(), whole.get()}) {
      environment->reset({.first = 5});
      run(*environment, 3);
    }
    Verdict verdict;
    const double distance = distance_to_whole(*split, *whole);
    INFO(distance);
    const auto model = split->dense_model(), whole_model = whole->dense_model();
    verdict.hold(distance < 1e-11 && model.has_value() == whole_model.has_value() &&
                 (!model || model->mean_start == whole_model->mean_start));
    CHECK(verdict.agree());
  }
}

TEST_CASE("the fields of one environment hold its state", "[pde]") {
  const auto params = read_params("id = \"wave\"\npoints = [60]\n");
  const auto split = sim::pde::make_environment(comm(), params, 3, 1);
  split->reset({});
  run(*split, 2);
  const auto fields = split->fields();
  REQUIRE(fields.size() == 3);
  CHECK(fields[0]->name() == "u");
  CHECK(fields[2]->name() == "control");
  for (int n = 0; n < 2; ++n) {
    double expected = 0.0;
    const auto here = static_cast<std::int64_t>(split->state().extent(1)) / 2;
    for (std::int64_t i = 0; i < here; ++i) expected += split->state()(0, n * here + i);
    expected = comm().all_reduce(expected, Op::sum);
    CHECK(std::abs(data::sums(*fields[static_cast<std::size_t>(n)])[0] - expected) < 1e-12);
  }
}
