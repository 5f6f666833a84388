// Other optimisers than Adam, schedules and averages, against steps worked out by hand.
#include <cmath>
#include <vector>

#include "catch.hpp"
#include "data/io/checkpoint.hpp"
#include "diff/adam.hpp"
#include "diff/schedule.hpp"
#include "diff/sgd.hpp"
#include "diff/weight_average.hpp"

using namespace tessera;
using namespace tessera::diff;

namespace {

Array1<double> values_of(const std::vector<double>& numbers) {
  Array1<double> values("values", numbers.size());
  Kokkos::deep_copy(values, HostArray1<const double>(numbers.data(), numbers.size()));
  return values;
}

double number_at(const Array1<double>& values, std::int64_t n) {
  double number = 0.0;
  Kokkos::deep_copy(number, Kokkos::subview(values, n));
  return number;
}

}  // namespace

TEST_CASE("AdamW shrinks the values, whatever the gradient", "[diff]") {
  Adam adam(1, {.beta1 = 0.0, .beta2 = 0.0, .epsilon = 1.0, .weight_decay = 0.25});
  const auto x = values_of({8.0});
  adam.step(x, values_of({3.0}), 1.0, 0.5);  // 8 - 0.5 0.25 8 - 0.5 3/(3 + 1)
  CHECK(number_at(x, 0) == 7.0 - 0.375);
  adam.step(x, values_of({0.0}), 1.0, 0.5);
  CHECK(number_at(x, 0) == 6.625 * 0.875);
}

TEST_CASE("three steps with momentum, by hand", "[diff]") {
  const auto third = [](const SgdOptions& options) {
    Sgd sgd(1, options);
    const auto x = values_of({1.0});
    sgd.step(x, values_of({4.0}), 0.5, 0.25);   // g = 2
    sgd.step(x, values_of({-1.0}), 1.0, 0.25);  // g = -1
    sgd.step(x, values_of({0.0}), 1.0, 1.0);
    CHECK(sgd.num_steps() == 3);
    return number_at(x, 0);
  };
  CHECK(third({}) == 1.0 - 0.5 + 0.25);
  CHECK(third({.momentum = 0.5}) == 1.0 - 0.25 * 2.0 - 0.25 * 0.0 - 0.0);       // v = 2, 0, 0
  CHECK(third({.momentum = 0.25}) == 1.0 - 0.25 * 2.0 - 0.25 * -0.5 - -0.125);  // v = 2, -1/2, -1/8
  CHECK(third({.momentum = 0.5, .is_nesterov = true}) == 1.0 - 0.25 * 3.0 - 0.25 * -1.0 - 0.0);
  // 1 - (2 + 1/2)/4 = 3/8; g = -1 + 3/16; 3/8 + 13/64 = 37/64; 37/128
  CHECK(third({.weight_decay = 0.5}) == 37.0 / 128.0);
}

TEST_CASE("momentum builds on clipped gradients", "[diff]") {
  Sgd sgd(2, {.momentum = 0.5, .clip_norm = 0.5, .clip_value = 0.35});
  const auto x = values_of({0.0, 0.0});
  sgd.step(x, values_of({3.0, -4.0}), 1.0, 1.0);
  CHECK(sgd.gradient_norm() == 5.0);
  CHECK_THAT(number_at(x, 0), WithinAbs(-0.3, 1e-7));  // 3 0.5/(5 + 1e-6)
  CHECK(number_at(x, 1) == 0.35);
}

TEST_CASE("learning rates rise, stay and fall as they should", "[diff]") {
  const Schedule constant{.rate = 2.0, .warm_up = 4};
  CHECK(constant.at(0) == 0.0);
  CHECK(constant.at(1) == 0.5);
  CHECK(constant.at(4) == 2.0);
  CHECK(constant.at(1000000) == 2.0);
  CHECK(Schedule{.rate = 2.0}.at(0) == 2.0);
  const Schedule linear{.rate = 2.0, .decay = Decay::linear, .warm_up = 2, .steps = 10, .last_fraction = 0.25};
  CHECK(linear.at(1) == 1.0);
  CHECK(linear.at(2) == 2.0);
  CHECK(linear.at(6) == 1.25);
  CHECK(linear.at(10) == 0.5);
  CHECK(linear.at(11) == 0.5);
  const Schedule cosine{.rate = 2.0, .decay = Decay::cosine, .warm_up = 2, .steps = 14};
  CHECK(cosine.at(2) == 2.0);
  CHECK_THAT(cosine.at(6), WithinAbs(1.5, 1e-15));  // a third of the way: (1 + 1/2)/2
  CHECK_THAT(cosine.at(8), WithinAbs(1.0, 1e-15));
  CHECK(cosine.at(14) == 0.0);
}

TEST_CASE("an average forgets where it began", "[diff]") {
  const auto x = values_of({11.0});
  WeightAverage soon(x, 0.25), steady(x, 0.75, false);
  Kokkos::deep_copy(x, 0.0);
  CHECK(soon.next_decay() == 2.0 / 11.0);
  soon.update(x);
  CHECK_THAT(number_at(soon.mean(), 0), WithinAbs(2.0, 1e-15));
  soon.update(x);  // min(1/4, 3/12)
  CHECK_THAT(number_at(soon.mean(), 0), WithinAbs(0.5, 1e-15));
  CHECK(soon.next_decay() == 0.25);  // less than 4/13
  steady.update(x);
  CHECK(number_at(steady.mean(), 0) == 8.25);
  CHECK_THROWS_WITH(steady.update(values_of({1.0, 2.0})), Contains("2 values for a mean of 1"));
}

TEST_CASE("momentum and averages go on from a checkpoint as if nothing had happened", "[diff]") {
  const std::string folder = test::scratch_folder();
  const auto x = values_of({1.0, 2.0});
  Sgd sgd(2, {.momentum = 0.9});
  WeightAverage average(x, 0.99);
  const auto step = [](Sgd& by, WeightAverage& mean, const Array1<double>& values, int n) {
    by.step(values, values_of({0.1 * n, std::cos(n)}), 1.0, 0.1);
    mean.update(values);
  };
  for (int n = 0; n < 4; ++n) step(sgd, average, x, n);
  data::write_checkpoint(test::comm(), folder, {}, {{"fit", [&](data::StateWriter& w) {
                                                       sgd.save(w, "sgd");
                                                       average.save(w, "average");
                                                     }}});
  const auto checkpoint = data::Checkpoint::open_newest(test::comm(), folder);
  REQUIRE(checkpoint != nullptr);
  const auto y = values_of({number_at(x, 0), number_at(x, 1)});
  Sgd other(2, {.momentum = 0.9});
  WeightAverage other_average(values_of({0.0, 0.0}), 0.99);
  other.restore(*checkpoint->section("fit"), "sgd");
  other_average.restore(*checkpoint->section("fit"), "average");
  CHECK(other_average.num_updates() == 4);
  for (int n = 4; n < 7; ++n) {
    step(sgd, average, x, n);
    step(other, other_average, y, n);
  }
  for (int n = 0; n < 2; ++n) {
    CHECK(number_at(x, n) == number_at(y, n));
    CHECK(number_at(average.mean(), n) == number_at(other_average.mean(), n));
  }
  Sgd larger(3, {});
  CHECK_THROWS_WITH(larger.restore(*checkpoint->section("fit"), "sgd"), Contains("2 numbers; expected 3"));
  WeightAverage longer(values_of({0.0, 0.0, 0.0}), 0.99);
  CHECK_THROWS_WITH(longer.restore(*checkpoint->section("fit"), "average"), Contains("2 numbers; expected 3"));
}
