#include "sim/md/forces/radial_spline.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tessera::sim::md {

namespace {

/// Solves below[n] x[n-1] + middle[n] x[n] + above[n] x[n+1] = right[n], by elimination without pivots: the matrices
/// of splines are dominated by their diagonal.
std::vector<double> solve_tridiagonal(const std::vector<double>& below, std::vector<double> middle,
                                      const std::vector<double>& above, std::vector<double> right) {
  const std::size_t n = right.size();
  for (std::size_t k = 1; k < n; ++k) {
    const double factor = below[k] / middle[k - 1];
    middle[k] -= factor * above[k - 1];
    right[k] -= factor * right[k - 1];
  }
  for (std::size_t k = n; k-- > 0;) right[k] = (right[k] - (k + 1 < n ? above[k] * right[k + 1] : 0.0)) / middle[k];
  return right;
}

/// Slope at x[at] of the polynomial through the `count` points from x[first] on, of which x[at] is one.
double slope_through(const std::vector<double>& x, const std::vector<double>& y, std::size_t first, std::size_t count,
                     std::size_t at) {
  // Lagrange: the derivative of the basis polynomial of point k at another point, and at its own.
  double slope = 0.0;
  for (std::size_t k = first; k < first + count; ++k) {
    double weight = k == at ? 0.0 : 1.0 / (x[k] - x[at]);
    for (std::size_t m = first; m < first + count; ++m) {
      if (m == k) continue;
      if (k == at)
        weight += 1.0 / (x[at] - x[m]);
      else if (m != at)
        weight *= (x[at] - x[m]) / (x[k] - x[m]);
    }
    slope += weight * y[k];
  }
  return slope;
}

/// Slopes at the nodes of the cubic spline through them with these at its ends.
std::vector<double> spline_slopes(const std::vector<double>& x, const std::vector<double>& y, double first,
                                  double last) {
  const std::size_t n = x.size();
  std::vector<double> below(n, 0.0), middle(n, 1.0), above(n, 0.0), right(n);
  right.front() = first;
  right.back() = last;
  for (std::size_t k = 1; k + 1 < n; ++k) {
    const double left = 1.0 / (x[k] - x[k - 1]), next = 1.0 / (x[k + 1] - x[k]);
    below[k] = left;
    middle[k] = 2.0 * (left + next);
    above[k] = next;
    right[k] = 3.0 * (left * left * (y[k] - y[k - 1]) + next * next * (y[k + 1] - y[k]));
  }
  return solve_tridiagonal(below, std::move(middle), above, std::move(right));
}

std::vector<double> force_slopes(const data::RadialTable& table) {
  const auto &r = table.r, &force = table.force;
  const std::size_t count = std::min<std::size_t>(4, r.size());
  const double first = table.first_slope.value_or(slope_through(r, force, 0, count, 0));
  const double last = table.last_slope.value_or(slope_through(r, force, r.size() - count, count, r.size() - 1));
  return spline_slopes(r, force, first, last);
}

}  // namespace

RadialFunction::RadialFunction(const data::RadialTable& table, double cutoff, Truncation truncation, double smoothing)
    : table_(table),
      slope_(force_slopes(table)),
      cutoff_(cutoff),
      truncation_(truncation),
      smoothing2_(smoothing * smoothing) {
  if (truncation_ == Truncation::none) return;
  end_ = plain(cutoff_);
  if (truncation_ != Truncation::force) end_.force = 0.0;
}

RadialFunction::Value RadialFunction::plain(double r) const {
  const auto& x = table_.r;
  const auto above = static_cast<std::size_t>(std::upper_bound(x.begin(), x.end(), r) - x.begin());
  const std::size_t k = std::clamp<std::size_t>(above, 1, x.size() - 1) - 1;
  const double h = x[k + 1] - x[k], t = (r - x[k]) / h;
  const double rise = table_.energy[k + 1] - table_.energy[k];
  const double d0 = -h * table_.force[k], d1 = -h * table_.force[k + 1];
  const double c0 = -h * h * slope_[k], c1 = -h * h * slope_[k + 1];
  const double a3 = 10.0 * rise - 6.0 * d0 - 4.0 * d1 - 1.5 * c0 + 0.5 * c1;
  const double a4 = -15.0 * rise + 8.0 * d0 + 7.0 * d1 + 1.5 * c0 - c1;
  const double a5 = 6.0 * rise - 3.0 * (d0 + d1) - 0.5 * (c0 - c1);
  return {table_.energy[k] + t * (d0 + t * (0.5 * c0 + t * (a3 + t * (a4 + t * a5)))),
          -(d0 + t * (c0 + t * (3.0 * a3 + t * (4.0 * a4 + t * 5.0 * a5)))) / h};
}

RadialFunction::Value RadialFunction::operator()(double r) const {
  const bool is_smooth = truncation_ == Truncation::smooth;
  if (is_smooth && r >= cutoff_) return {0.0, 0.0};
  Value value = plain(r);
  value.energy += (r - cutoff_) * end_.force - end_.energy;
  value.force -= end_.force;
  if (!is_smooth) return value;
  const double gap = 1.0 / (r - cutoff_), factor = std::exp(-smoothing2_ * gap * gap);
  return {factor * value.energy, factor * (value.force - 2.0 * smoothing2_ * gap * gap * gap * value.energy)};
}

SquaredSpline fit_squared_spline(const RadialFunction& function, double first, double last, std::size_t intervals) {
  SquaredSpline spline;
  spline.first = first * first;
  spline.width = (last * last - first * first) / static_cast<double>(intervals);
  const auto distance = [&](double place) {
    return std::clamp(std::sqrt(spline.first + place * spline.width), first, last);
  };
  std::vector<double> place(intervals + 1), energy(intervals + 1);
  for (std::size_t k = 0; k <= intervals; ++k) {
    place[k] = static_cast<double>(k);
    energy[k] = function(distance(place[k])).energy;
  }
  const auto end_slope = [&](double r) { return -0.5 * spline.width * function(r).force / r; };
  const auto slope = spline_slopes(place, energy, end_slope(first), end_slope(last));
  for (std::size_t k = 0; k < intervals; ++k) {
    const double rise = energy[k + 1] - energy[k];
    const double c2 = 3.0 * rise - 2.0 * slope[k] - slope[k + 1], c3 = slope[k] + slope[k + 1] - 2.0 * rise;
    spline.coefficients.insert(spline.coefficients.end(), {energy[k], slope[k], c2, c3});
    for (const double t : {0.0, 0.25, 0.5, 0.75}) {
      const double r = distance(place[k] + t);
      const double force = -2.0 * r / spline.width * (slope[k] + t * (2.0 * c2 + t * 3.0 * c3));
      const double error = std::abs(force - function(r).force);
      if (error <= spline.error) continue;
      spline.error = error;
      spline.error_at = r;
    }
  }
  return spline;
}

}  // namespace tessera::sim::md
