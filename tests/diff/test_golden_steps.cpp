// Steps of Adam on an action, with a rate that rises, clipped gradients and averaged weights, against PyTorch.
#include <fmt/core.h>

#include "action_loss.hpp"
#include "catch.hpp"
#include "diff/adam.hpp"
#include "diff/schedule.hpp"
#include "diff/weight_average.hpp"

using namespace tessera;
using namespace tessera::diff;
using namespace tessera::test;

TEST_CASE("six steps of training an action are those of PyTorch", "[diff]") {
  const std::string path = action_data("optimizer_steps");
  const Action action(action_networks().front(), path, "initial");
  const auto& values = action.parameters().values();
  Adam adam(action.parameters().size(), {.clip_norm = 1.0});
  const Schedule schedule{.rate = 2e-3, .warm_up = 4};
  WeightAverage average(values, 0.9999);
  int compared = 0;
  for (std::int64_t n = 0; n < 6; ++n) {
    const std::string group = fmt::format("step{}", n);
    INFO(group);
    ActionLoss loss(comm(), action, path, group, group, true);
    loss.evaluate(values);
    CHECK_THAT(loss.loss(), WithinRel(read_stored(path, group + "/loss").numbers[0], 1e-12));
    adam.step(values, loss.gradient(), 1.0 / static_cast<double>(loss.num_rows()), schedule.at(n));
    average.update(values);
    CHECK_THAT(adam.gradient_norm(), WithinRel(read_stored(path, group + "/grad_norm_before_clip").numbers[0], 1e-12));
    if (!has_stored(path, group + "/W0")) continue;
    CHECK(action.largest_difference(values, 1.0, path, group + "/") < 1e-12);
    CHECK(action.largest_difference(average.mean(), 1.0, path, group + "/ema_") < 1e-12);
    ++compared;
  }
  CHECK(compared >= 2);
}
