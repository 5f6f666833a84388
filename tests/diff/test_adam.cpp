// Adam against steps worked out by hand, its limits, and its state.
#include <cmath>
#include <limits>
#include <vector>

#include "catch.hpp"
#include "data/io/checkpoint.hpp"
#include "diff/adam.hpp"

using namespace tessera;
using namespace tessera::diff;

namespace {

Array1<double> array(const std::vector<double>& numbers) {
  Array1<double> values("values", numbers.size());
  Kokkos::deep_copy(values, HostArray1<const double>(numbers.data(), numbers.size()));
  return values;
}

double at(const Array1<double>& values, std::int64_t n) {
  double number = 0.0;
  Kokkos::deep_copy(number, Kokkos::subview(values, n));
  return number;
}

}  // namespace

TEST_CASE("three steps of Adam, by hand", "[diff]") {
  Adam adam(1, {.beta1 = 0.5, .beta2 = 0.75, .epsilon = 0.25});
  const auto x = array({10.0});
  // m = 1, v = 1; unbiased 2 and 4: 2 / (2 + 1/4)
  adam.step(x, array({2.0}), 1.0, 0.5);
  CHECK_THAT(at(x, 0), WithinAbs(10.0 - 0.5 * 2.0 / 2.25, 1e-14));
  // m = 1/2 - 2 = -3/2, v = 3/4 + 4 = 19/4; divided by 3/4 and 7/16: -2 and 76/7
  adam.step(x, array({-4.0}), 1.0, 0.5);
  const double second = 10.0 - 0.5 * 2.0 / 2.25 + 0.5 * 2.0 / (std::sqrt(76.0 / 7.0) + 0.25);
  CHECK_THAT(at(x, 0), WithinAbs(second, 1e-14));
  // The gradient is half of 0; m = -3/4, v = 57/16; divided by 7/8 and 37/64: -6/7 and 228/37
  adam.step(x, array({0.0}), 0.5, 0.125);
  CHECK_THAT(at(x, 0), WithinAbs(second + 0.125 * (6.0 / 7.0) / (std::sqrt(228.0 / 37.0) + 0.25), 1e-14));
  CHECK(adam.num_steps() == 3);
}

TEST_CASE("AMSGrad keeps the largest mean of squares", "[diff]") {
  Adam adam(1, {.beta1 = 0.5, .beta2 = 0.75, .epsilon = 0.25, .amsgrad = true});
  const auto x = array({0.0});
  adam.step(x, array({-2.0}), 2.0, 1.0);  // g = -4: m = -2, s = 4 = largest; -4 / (sqrt(4)/sqrt(1/4) + 1/4)
  const double first = 4.0 / 4.25;
  CHECK_THAT(at(x, 0), WithinAbs(first, 1e-14));
  adam.step(x, array({0.0}), 1.0, 1.0);  // m = -1, s = 3, largest 4; -1/(3/4) / (2/sqrt(7/16) + 1/4)
  CHECK_THAT(at(x, 0), WithinAbs(first + (4.0 / 3.0) / (2.0 / std::sqrt(7.0 / 16.0) + 0.25), 1e-14));
}

TEST_CASE("gradients are clipped by norm, then by value", "[diff]") {
  const auto moved = [](const AdamOptions& options) {
    // After one step of beta1 = beta2 = 0 the change is g / (|g| + epsilon): g can be read off.
    Adam adam(2, options);
    const auto x = array({0.0, 0.0});
    adam.step(x, array({6.0, -8.0}), 0.5, 1.0);
    CHECK_THAT(adam.gradient_norm(), WithinAbs(5.0, 1e-14));
    std::vector<double> g;
    for (int n = 0; n < 2; ++n) g.push_back(-at(x, n) / (1.0 - std::fabs(at(x, n))));
    return g;
  };
  AdamOptions options{.beta1 = 0.0, .beta2 = 0.0, .epsilon = 1.0};
  CHECK_THAT(moved(options)[1], WithinAbs(-4.0, 1e-13));
  options.clip_norm = 0.5;
  CHECK_THAT(moved(options)[0], WithinAbs(3.0 * 0.5 / (5.0 + 1e-6), 1e-13));
  options.clip_norm = 10.0;
  CHECK_THAT(moved(options)[0], WithinAbs(3.0, 1e-13));
  options.clip_value = 3.5;
  CHECK_THAT(moved(options)[0], WithinAbs(3.0, 1e-13));
  CHECK_THAT(moved(options)[1], WithinAbs(-3.5, 1e-13));
}

TEST_CASE("what an optimiser refuses", "[diff]") {
  Adam adam(2, {});
  CHECK_THROWS_WITH(adam.step(array({1.0}), array({1.0, 2.0}), 1.0, 0.1), Contains("1 values and 2 gradients"));
  CHECK_THROWS_WITH(adam.step(array({1.0, 1.0}), array({1.0, std::numeric_limits<double>::infinity()}), 1.0, 0.1),
                    Contains("gradient is not finite at step 0"));
}

TEST_CASE("an optimiser goes on from a checkpoint as if nothing had happened", "[diff]") {
  for (const bool amsgrad : {false, true}) {
    const std::string folder = test::scratch_folder();
    Adam adam(3, {.amsgrad = amsgrad});
    const auto x = array({1.0, 2.0, 3.0});
    for (int n = 0; n < 5; ++n) adam.step(x, array({1.0 - n, 0.3 * n, std::cos(n)}), 1.0, 0.1);
    data::write_checkpoint(test::comm(), folder, {}, {{"fit", [&](data::StateWriter& w) { adam.save(w, "adam"); }}});
    const auto checkpoint = data::Checkpoint::open_newest(test::comm(), folder);
    REQUIRE(checkpoint != nullptr);
    const auto y = array({at(x, 0), at(x, 1), at(x, 2)});
    Adam other(3, {.amsgrad = amsgrad});
    other.restore(*checkpoint->section("fit"), "adam");
    CHECK(other.num_steps() == 5);
    for (int n = 0; n < 3; ++n) {
      const auto g = array({0.5, -0.1 * n, 0.01});
      adam.step(x, g, 1.0, 0.1);
      other.step(y, g, 1.0, 0.1);
    }
    for (int n = 0; n < 3; ++n) CHECK(at(x, n) == at(y, n));
    Adam larger(4, {.amsgrad = amsgrad});
    CHECK_THROWS_WITH(larger.restore(*checkpoint->section("fit"), "adam"), Contains("3 numbers; expected 4"));
  }
}
