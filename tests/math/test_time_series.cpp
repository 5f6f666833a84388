// Means, scatter and trends of series whose correlation is known.
#include "math/time_series.hpp"

#include <cmath>
#include <vector>

#include "base/random.hpp"
#include "catch.hpp"

using namespace tessera;
using namespace tessera::math;

namespace {

constexpr int length = 4000, repeats = 60;
constexpr double spread = 2.0, slope = 0.01, interval = 0.5;

struct Series {
  std::vector<double> times, values;
};

/// Values of that spread around a straight line, with the correlation memory^k.
Series autoregressive_series(double memory, std::uint64_t number) {
  const Random random(11, RandomPurpose::test);
  Series series;
  double x = random.normal(number, 0, 0).first;
  for (int n = 0; n < length; ++n) {
    series.times.push_back(interval * n);
    series.values.push_back(300.0 + slope * series.times.back() + spread * x);
    x = memory * x +
        std::sqrt(1.0 - memory * memory) * random.normal(number, static_cast<std::uint64_t>(n) + 1, 1).first;
  }
  return series;
}

}  // namespace

TEST_CASE("a trend is found with its error, also of a correlated series", "[math]") {
  for (const double memory : {0.0, 0.8}) {
    CAPTURE(memory);
    const double inefficiency = (1.0 + memory) / (1.0 - memory);
    const double expected = spread * std::sqrt(12.0 * inefficiency / std::pow(double{length}, 3)) / interval;
    double error = 0.0, squares = 0.0;
    for (std::uint64_t n = 0; n < repeats; ++n) {
      const auto series = autoregressive_series(memory, n);
      const auto found = series_slope(series.times, series.values);
      error += found.error / repeats;
      squares += (found.value - slope) * (found.value - slope) / repeats;
    }
    CHECK_THAT(error, WithinRel(expected, 0.1));
    CHECK_THAT(std::sqrt(squares), WithinRel(expected, 0.3));  // of sixty: 1/sqrt(120)
  }
  const auto line = series_slope(std::vector{0.0, 1.0, 2.0, 3.0}, std::vector{1.0, 3.0, 5.0, 7.0});
  CHECK_THAT(line.value, WithinAbs(2.0, 1e-15));
  CHECK_THAT(line.error, WithinAbs(0.0, 1e-15));
}

TEST_CASE("the spread of a series has an error as well", "[math]") {
  for (const double memory : {0.0, 0.8}) {
    CAPTURE(memory);
    // Squares of Gaussian values are correlated by memory^2k, and their variance is 2 spread^4.
    const double inefficiency = (1.0 + memory * memory) / (1.0 - memory * memory);
    const double expected = spread * std::sqrt(0.5 * inefficiency / length);
    double error = 0.0, squares = 0.0;
    for (std::uint64_t n = 0; n < repeats; ++n) {
      auto series = autoregressive_series(memory, n);
      for (std::size_t k = 0; k < series.times.size(); ++k) series.values[k] -= slope * series.times[k];
      const auto found = series_spread(series.values);
      error += found.error / repeats;
      squares += (found.value - spread) * (found.value - spread) / repeats;
      CHECK_THAT(series_mean(series.values).value, WithinAbs(300.0, 6.0 * series_mean(series.values).error));
    }
    CHECK_THAT(error, WithinRel(expected, 0.1));
    CHECK_THAT(std::sqrt(squares), WithinRel(expected, 0.3));
  }
  CHECK(series_spread(std::vector{3.0, 3.0, 3.0}).value == 0.0);
  CHECK_THAT(series_spread(std::vector{1.0, 3.0}).value, WithinRel(std::sqrt(2.0), 1e-15));
}
