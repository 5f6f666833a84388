#include "math/time_series.hpp"

#include <cmath>
#include <cstddef>

#include "math/block_average.hpp"

namespace tessera::math {

Measured series_mean(std::span<const double> values) {
  BlockAverage average;
  for (const double value : values) average.add(value);
  return {average.mean(), average.uncertainty().error};
}

Measured series_spread(std::span<const double> values) {
  const double mean = series_mean(values).value;
  BlockAverage squares;
  for (const double value : values) squares.add((value - mean) * (value - mean));
  const auto count = static_cast<double>(values.size());
  const double spread = std::sqrt(squares.mean() * count / (count - 1.0));
  return {spread, spread > 0.0 ? 0.5 * squares.uncertainty().error / spread : 0.0};
}

Measured series_slope(std::span<const double> times, std::span<const double> values) {
  const double middle = series_mean(times).value, mean = series_mean(values).value;
  double squares = 0.0, products = 0.0;
  for (std::size_t n = 0; n < times.size(); ++n) {
    squares += (times[n] - middle) * (times[n] - middle);
    products += (times[n] - middle) * (values[n] - mean);
  }
  const double slope = products / squares;
  BlockAverage rest;
  for (std::size_t n = 0; n < times.size(); ++n) rest.add(values[n] - mean - slope * (times[n] - middle));
  const auto count = static_cast<double>(times.size());
  const double variance = rest.variance() * (count - 1.0) / (count - 2.0);  // two numbers were fitted
  return {slope, std::sqrt(variance * rest.uncertainty().inefficiency / squares)};
}

}  // namespace tessera::math
