#include "math/quadrature.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "base/error.hpp"

namespace tessera::math {

namespace {

/// P_n and its derivative at |x| < 1.
struct Legendre {
  double value, slope;
};

Legendre legendre(int n, double x) {
  double value = 1.0, before = 0.0;
  for (int k = 0; k < n; ++k) {
    const double next = ((2.0 * k + 1.0) * x * value - k * before) / (k + 1.0);
    before = value;
    value = next;
  }
  return {value, n * (x * value - before) / (x * x - 1.0)};
}

}  // namespace

QuadratureRule gauss_legendre(int points, double low, double high) {
  if (points < 1) throw Error::input(fmt::format("a Gauss-Legendre rule of {} points; expected at least one", points));
  const auto size = static_cast<std::size_t>(points);
  QuadratureRule rule{std::vector<double>(size), std::vector<double>(size)};
  const double middle = 0.5 * (low + high), half = 0.5 * (high - low);
  for (int i = 0; i < (points + 1) / 2; ++i) {
    // Tricomi's estimate of the roots is good enough for Newton's method to find each its own.
    double x = std::cos(std::numbers::pi * (i + 0.75) / (points + 0.5));
    Legendre p{};
    for (int turn = 0; turn < 8; ++turn) {
      p = legendre(points, x);
      const double step = p.value / p.slope;
      x -= step;
      if (std::abs(step) < 1e-16) break;
    }
    if (2 * i + 1 == points) x = 0.0;
    p = legendre(points, x);
    const double weight = 2.0 / ((1.0 - x * x) * p.slope * p.slope);
    const auto first = static_cast<std::size_t>(i), last = size - 1 - first;
    rule.points[first] = middle - half * x;
    rule.points[last] = middle + half * x;
    rule.weights[first] = rule.weights[last] = half * weight;
  }
  return rule;
}

void legendre_polynomials(double x, int last, double* values) {
  values[0] = 1.0;
  if (last > 0) values[1] = x;
  for (int l = 1; l < last; ++l) values[l + 1] = ((2.0 * l + 1.0) * x * values[l] - l * values[l - 1]) / (l + 1.0);
}

}  // namespace tessera::math
