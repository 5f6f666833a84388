#include "math/direction_rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "math/quadrature.hpp"

namespace tessera::math {

namespace {

constexpr double pi = std::numbers::pi;
using Point = std::array<double, 3>;

/// The first half of an antipodal rule; weights are parts of one.
class Half {
 public:
  void add(const Point& point, double weight) {
    const double length = std::sqrt(point[0] * point[0] + point[1] * point[1] + point[2] * point[2]);
    points_.push_back({point[0] / length, point[1] / length, point[2] / length});
    weights_.push_back(4.0 * pi * weight);
  }
  void add_cyclic(double x, double y, double z, double weight) {
    add({x, y, z}, weight);
    add({y, z, x}, weight);
    add({z, x, y}, weight);
  }
  /// Of (+-x, +-y, +-z) in cyclic order one of each two opposite ones; z is not 0.
  void add_signs(double x, double y, double z, double weight) {
    for (const double sx : {1.0, -1.0}) {
      if (x == 0.0 && sx < 0.0) continue;
      for (const double sy : {1.0, -1.0}) {
        if (y == 0.0 && sy < 0.0) continue;
        add_cyclic(sx * x, sy * y, z, weight);
      }
    }
  }
  void add_corners(double weight) {
    for (const double x : {1.0, -1.0})
      for (const double y : {1.0, -1.0}) add({x, y, 1.0}, weight);
  }
  DirectionRule whole(int degree) {
    const std::size_t half = points_.size();
    for (std::size_t n = 0; n < half; ++n) {
      points_.push_back({-points_[n][0], -points_[n][1], -points_[n][2]});
      weights_.push_back(weights_[n]);
    }
    return {std::move(points_), std::move(weights_), degree, true};
  }

 private:
  std::vector<Point> points_;
  std::vector<double> weights_;
};

constexpr double golden = std::numbers::phi;

/// The part of a product rule of 2 n^2 points, or 0.
int polar_points(int points) {
  const int n = static_cast<int>(std::lround(std::sqrt(0.5 * points)));
  return n >= 2 && 2 * n * n == points ? n : 0;
}

}  // namespace

bool has_sphere_rule(int points) {
  constexpr std::array<int, 6> known{6, 12, 14, 26, 32, 50};
  return std::find(known.begin(), known.end(), points) != known.end() || polar_points(points) > 0;
}

DirectionRule sphere_rule(int points) {
  Half half;
  switch (points) {
    case 6:
      half.add_signs(0.0, 0.0, 1.0, 1.0 / 6.0);
      return half.whole(3);
    case 12:
      half.add_signs(0.0, 1.0, golden, 1.0 / 12.0);
      return half.whole(5);
    case 14:
      half.add_signs(0.0, 0.0, 1.0, 1.0 / 15.0);
      half.add_corners(3.0 / 40.0);
      return half.whole(5);
    case 26:
      half.add_signs(0.0, 0.0, 1.0, 1.0 / 21.0);
      half.add_signs(0.0, 1.0, 1.0, 4.0 / 105.0);
      half.add_corners(9.0 / 280.0);
      return half.whole(7);
    case 32:
      half.add_signs(0.0, 1.0, golden, 5.0 / 168.0);
      half.add_signs(0.0, golden, 1.0 / golden, 27.0 / 840.0);
      half.add_corners(27.0 / 840.0);
      return half.whole(9);
    case 50:
      half.add_signs(0.0, 0.0, 1.0, 4.0 / 315.0);
      half.add_signs(0.0, 1.0, 1.0, 64.0 / 2835.0);
      half.add_corners(27.0 / 1280.0);
      half.add_signs(1.0, 1.0, 3.0, 14641.0 / 725760.0);
      return half.whole(11);
    default:
      break;
  }
  if (const int n = polar_points(points); n > 0) return product_rule(n);
  throw Error::input(fmt::format(
      "there is no rule of {} directions; expected 6, 12, 14, 26, 32, 50 or 2 n^2 (8, 18, 72, 98, 128...)", points));
}

DirectionRule product_rule(int n) {
  const QuadratureRule polar = gauss_legendre(n);
  Half half;
  for (int j = 0; j < n; ++j)
    for (std::size_t i = 0; i < polar.points.size(); ++i) {
      const double angle = pi * (j + 0.5) / n, z = polar.points[i], radius = std::sqrt(1.0 - z * z);
      half.add({radius * std::cos(angle), radius * std::sin(angle), z}, 0.25 * polar.weights[i] / n);
    }
  return half.whole(2 * n - 1);
}

DirectionRule circle_rule(int points) {
  if (points < 1) throw Error::input(fmt::format("a rule of {} directions in a plane; expected at least one", points));
  DirectionRule rule{{}, {}, points - 1, points % 2 == 0};
  for (int i = 0; i < points; ++i) {
    const double angle = 2.0 * pi * i / points;
    rule.points.push_back({std::cos(angle), std::sin(angle), 0.0});
    rule.weights.push_back(2.0 * pi / points);
  }
  if (rule.is_antipodal)
    for (std::size_t n = 0; n < rule.points.size() / 2; ++n)
      rule.points[n + rule.points.size() / 2] = {-rule.points[n][0], -rule.points[n][1], 0.0};
  return rule;
}

}  // namespace tessera::math
