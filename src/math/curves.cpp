#include "math/curves.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace tessera::math {

namespace {

double integral(const std::vector<double>& x, const std::vector<double>& y) {
  double sum = 0.0;
  for (std::size_t n = 1; n < x.size(); ++n) sum += 0.5 * (x[n] - x[n - 1]) * (y[n] + y[n - 1]);
  return sum;
}

}  // namespace

double value_at(const Curve& curve, double x) {
  const auto last = curve.x.size() - 1;
  const auto above = std::lower_bound(curve.x.begin(), curve.x.end(), x);
  const auto n = std::min(static_cast<std::size_t>(above - curve.x.begin()), last);
  if (n == 0 || curve.x[n] <= x) return curve.y[n];
  const double part = (x - curve.x[n - 1]) / (curve.x[n] - curve.x[n - 1]);
  return curve.y[n - 1] + part * (curve.y[n] - curve.y[n - 1]);
}

CurvePair on_common_range(const Curve& first, const Curve& second) {
  CurvePair pair;
  if (first.x.empty() || second.x.empty()) return pair;
  const double low = std::max(first.x.front(), second.x.front());
  const double high = std::min(first.x.back(), second.x.back());
  const double nothing = 1e-9 * (high - low);  // between points that are the same but for rounding
  std::vector<double> all(first.x.size() + second.x.size());
  std::merge(first.x.begin(), first.x.end(), second.x.begin(), second.x.end(), all.begin());
  for (const double x : all) {
    if (x < low || x > high || (!pair.x.empty() && x - pair.x.back() <= nothing)) continue;
    pair.x.push_back(x);
    pair.first.push_back(value_at(first, x));
    pair.second.push_back(value_at(second, x));
  }
  return pair;
}

double largest_difference(const CurvePair& pair) {
  double largest = 0.0;
  for (std::size_t n = 0; n < pair.x.size(); ++n) largest = std::max(largest, std::abs(pair.first[n] - pair.second[n]));
  return largest;
}

double integrated_difference(const CurvePair& pair) {
  double sum = 0.0;
  for (std::size_t n = 1; n < pair.x.size(); ++n) {
    const double before = pair.first[n - 1] - pair.second[n - 1], here = pair.first[n] - pair.second[n];
    const double width = pair.x[n] - pair.x[n - 1], both = std::abs(before) + std::abs(here);
    const bool cross = before * here < 0.0;  // two triangles
    sum += 0.5 * width * (cross ? (before * before + here * here) / both : both);
  }
  return sum;
}

/// min(a, b) = (a + b - |a - b|) / 2
double overlap(const CurvePair& pair) {
  const double first = integral(pair.x, pair.first), second = integral(pair.x, pair.second);
  if (!(first > 0.0 && second > 0.0)) return std::numeric_limits<double>::quiet_NaN();
  CurvePair normal = pair;
  for (double& y : normal.first) y /= first;
  for (double& y : normal.second) y /= second;
  return 1.0 - 0.5 * integrated_difference(normal);
}

}  // namespace tessera::math
