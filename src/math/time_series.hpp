// Mean, scatter and trend of a correlated time series, with their standard errors.
#pragma once

#include <span>

namespace tessera::math {

/// A number and its standard error, in the same unit.
struct Measured {
  double value = 0.0, error = 0.0;
};

/// Of at least one value; the error is that of BlockAverage.
Measured series_mean(std::span<const double> values);

/// Standard deviation s of at least two values. Its error follows from that of s^2, the mean of squared deviations:
/// delta s = delta(s^2) / (2 s), by BlockAverage.
Measured series_spread(std::span<const double> values);

/// Slope of the straight line with least squares, in values a time, of at least three points whose times are not all
/// the same. Its error, s sqrt(g / sum (t - <t>)^2), counts deviations s of g correlated values as those of one, g
/// their statistical inefficiency (BlockAverage).
Measured series_slope(std::span<const double> times, std::span<const double> values);

}  // namespace tessera::math
