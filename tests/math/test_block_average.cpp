// Errors of means of correlated series, against series whose correlation is known.
#include <cmath>

#include "base/random.hpp"
#include "catch.hpp"
#include "math/block_average.hpp"

using namespace tessera;
using math::BlockAverage;

namespace {

/// x' = memory x + noise with variance 1: correlation memory^k, inefficiency (1 + memory)/(1 - memory).
BlockAverage autoregressive_average(double memory, int count, std::uint64_t series) {
  const Random random(7, RandomPurpose::test);
  BlockAverage average;
  double x = random.normal(series, 0, 0).first;
  for (int n = 0; n < count; ++n) {
    average.add(3.0 + x);
    x = memory * x +
        std::sqrt(1.0 - memory * memory) * random.normal(series, static_cast<std::uint64_t>(n) + 1, 1).first;
  }
  return average;
}

}  // namespace

TEST_CASE("The error of a correlated mean is that of the series' correlation", "[math]") {
  constexpr int count = 20000;
  for (const double memory : {0.0, 0.5, 0.9, 0.97}) {
    CAPTURE(memory);
    const double inefficiency = (1.0 + memory) / (1.0 - memory);
    const double expected = std::sqrt(inefficiency / count);
    double mean_error = 0.0, scatter = 0.0, time = 0.0;
    constexpr int repeats = 40;
    for (std::uint64_t series = 0; series < repeats; ++series) {
      const auto average = autoregressive_average(memory, count, series);
      const auto found = average.uncertainty();
      CHECK(found.converged);
      CHECK(average.count() == count);
      mean_error += found.error / repeats;
      time += average.autocorrelation_time() / repeats;
      scatter += (average.mean() - 3.0) * (average.mean() - 3.0) / repeats;
    }
    // Blocks of the chosen length still share a few per cent; forty series scatter by 1/sqrt(80).
    CHECK_THAT(mean_error, WithinRel(expected, 0.08));
    CHECK_THAT(time, WithinRel(0.5 * inefficiency, 0.16));
    CHECK_THAT(std::sqrt(scatter), WithinRel(expected, 0.35));
  }
}

TEST_CASE("A series that is shorter than its memory says so", "[math]") {
  const auto found = autoregressive_average(0.999, 500, 1).uncertainty();
  CHECK_FALSE(found.converged);
  CHECK(found.error > 0.0);
}

TEST_CASE("Short and constant series have errors as well", "[math]") {
  BlockAverage average;
  CHECK(average.mean() == 0.0);
  CHECK(average.uncertainty().error == 0.0);
  average.add(2.0);
  CHECK(average.mean() == 2.0);
  CHECK(average.uncertainty().error == 0.0);
  average.add(4.0);
  CHECK(average.mean() == 3.0);
  CHECK_THAT(average.uncertainty().error, WithinRel(1.0, 1e-15));
  BlockAverage constant;
  for (int n = 0; n < 1000; ++n) constant.add(0.1);
  CHECK_THAT(constant.mean(), WithinRel(0.1, 1e-15));
  CHECK_THAT(constant.uncertainty().error, WithinAbs(0.0, 1e-16));
}

TEST_CASE("What is restored goes on bit for bit, in few numbers", "[math]") {
  const Random random(8, RandomPurpose::test);
  BlockAverage whole, part;
  for (std::uint64_t n = 0; n < 5000; ++n) {
    if (n == 1777) {
      const auto state = part.state();
      CHECK(state.size() == 4 * 11);  // 2^10 < 1777 < 2^11
      part = BlockAverage();
      part.set_state(state);
    }
    const double x = random.uniform(n, 0, 0).first;
    whole.add(x);
    part.add(x);
  }
  CHECK(part.mean() == whole.mean());
  CHECK(part.uncertainty().error == whole.uncertainty().error);
  CHECK(part.state() == whole.state());
  REQUIRE_THROWS_WITH(part.set_state({1.0, 2.0}), Contains("2 numbers"));
}
