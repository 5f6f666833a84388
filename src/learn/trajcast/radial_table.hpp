// Path weights of edges from a table over their length, for forecasts: weights of a trained network are smooth
// functions of one number.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace tessera::learn::trajcast {

/// Interpolates between equidistant knots by polynomials of degree five through the six that are nearest.
template <class Real>
class RadialTable {
 public:
  /// Rows of `width` numbers for lengths, one after the other.
  using Function = std::function<void(const std::vector<double>& lengths, Real* rows)>;

  /// From `shortest` to `longest`. Knots are at least six.
  RadialTable(double shortest, double longest, int num_knots, std::int64_t width, const Function& function);

  double shortest() const { return first_; }
  std::int64_t width() const { return width_; }
  std::int64_t bytes() const { return static_cast<std::int64_t>(rows_.size() * sizeof(Real)); }

  /// Writes row n of length lengths[n], for n in `order`, in which lengths grow: neighbours then read the same knots.
  void interpolate(const std::vector<double>& lengths, const std::vector<int>& order, Real* rows) const;

  /// The largest difference from the function half-way between knots, relative to the largest number in the table.
  double largest_error(const Function& function) const;

 private:
  double first_ = 0.0, step_ = 0.0;
  int num_knots_ = 0;
  std::int64_t width_ = 0;
  std::vector<Real> rows_;
};

}  // namespace tessera::learn::trajcast
