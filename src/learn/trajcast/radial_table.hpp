// Path weights of edges from a table over their length: they are smooth functions of one number, and edges are many
// where knots are few.
#pragma once

#include <array>
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
  int num_knots() const { return num_knots_; }
  /// Lengths of the knots.
  std::vector<double> knots() const;
  std::int64_t width() const { return width_; }
  std::int64_t bytes() const { return static_cast<std::int64_t>(rows_.size() * sizeof(Real)); }

  /// Writes row n of length lengths[n], for n in `order`, in which lengths grow: neighbours then read the same knots.
  void interpolate(const std::vector<double>& lengths, const std::vector<int>& order, Real* rows) const;
  /// Reverse rule: adds what cotangents of those rows are to the rows of the knots. The same sum on any number of
  /// threads.
  void interpolate_reverse(const std::vector<double>& lengths, const std::vector<int>& order, const Real* cotangent,
                           Real* knot_cotangent) const;

  /// The largest difference from the function half-way between knots, relative to the largest number in the table.
  double largest_error(const Function& function) const;

 private:
  /// The knots that a length lies between, and what each of them counts.
  struct Near {
    int first = 0;
    std::array<Real, 6> factors{};
  };
  Near near(double length) const;
  /// All rows of an order; in a run, they lie between the same knots.
  struct Places {
    std::vector<int> rows;
    std::vector<std::array<Real, 6>> factors;
    std::vector<int> first_knot;           ///< of a run
    std::vector<std::size_t> begins = {};  ///< of a run, among rows; and the end
  };
  Places places(const std::vector<double>& lengths, const std::vector<int>& order) const;

  double first_ = 0.0, step_ = 0.0;
  int num_knots_ = 0;
  std::int64_t width_ = 0;
  std::vector<Real> rows_;
};

}  // namespace tessera::learn::trajcast
