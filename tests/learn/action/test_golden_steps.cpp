// Steps of Adam on an action, with a rate that rises, clipped gradients and averaged weights, against PyTorch.
#include <fmt/core.h>

#include "catch.hpp"
#include "diff/weight_average.hpp"
#include "golden_rows.hpp"
#include "learn/training_params.hpp"

using namespace tessera;
using namespace tessera::test;

TEST_CASE("six steps of training an action are those of PyTorch", "[action]") {
  const std::string path = action_data("optimizer_steps");
  const auto& golden = golden_networks().front();
  const auto network = read_network(golden, path, "initial");
  const auto& values = network.parameters().values();
  const learn::OptimiserParams params{.learning_rate = 2e-3, .warm_up = 4, .clip_norm = 1.0, .clip_value = {}};
  const auto adam = learn::make_optimiser(network.parameters().size(), params);
  const auto schedule = learn::make_schedule(params, 6);
  diff::WeightAverage average(values, 0.9999);
  int compared = 0;
  for (std::int64_t n = 0; n < 6; ++n) {
    const std::string group = fmt::format("step{}", n);
    INFO(group);
    const GoldenRows rows(path, group, group, golden);
    RowObjective objective(comm(), network, rows.layout, rows.dynamics);
    objective.evaluate(rows.rows, values);
    const double share = 1.0 / static_cast<double>(rows.count);
    CHECK_THAT(share * objective.loss(), WithinRel(read_stored(path, group + "/loss").numbers[0], 1e-12));
    adam->step(values, objective.gradient(), share, schedule.at(n));
    average.update(values);
    CHECK_THAT(adam->gradient_norm(), WithinRel(read_stored(path, group + "/grad_norm_before_clip").numbers[0], 1e-12));
    if (!has_stored(path, group + "/W0")) continue;
    CHECK(largest_difference(network, values, 1.0, path, group + "/") < 1e-12);
    CHECK(largest_difference(network, average.mean(), 1.0, path, group + "/ema_") < 1e-12);
    ++compared;
  }
  CHECK(compared >= 2);
}
