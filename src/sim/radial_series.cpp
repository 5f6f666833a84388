#include "sim/radial_series.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "base/error.hpp"

namespace tessera::sim {

namespace {

/// Coefficients of Chebyshev polynomials T_0, T_1...
std::vector<double> chebyshev(const std::function<double(double)>& function, double limit, int count) {
  std::vector<double> values(static_cast<std::size_t>(count)), result(static_cast<std::size_t>(count), 0.0);
  const auto angle = [&](int n) { return std::numbers::pi * (n + 0.5) / count; };
  for (int n = 0; n < count; ++n)
    values[static_cast<std::size_t>(n)] = function(0.5 * limit * (std::cos(angle(n)) + 1.0));
  for (int k = 0; k < count; ++k) {
    double sum = 0.0;
    for (int n = 0; n < count; ++n) sum += values[static_cast<std::size_t>(n)] * std::cos(k * angle(n));
    result[static_cast<std::size_t>(k)] = (k == 0 ? 1.0 : 2.0) * sum / count;
  }
  return result;
}

/// The same polynomial in powers of t.
std::vector<double> to_powers(const std::vector<double>& series) {
  std::vector<double> before{1.0}, now{0.0, 1.0}, sum(series.size(), 0.0);
  for (std::size_t k = 0; k < series.size(); ++k) {
    for (std::size_t n = 0; n < before.size(); ++n) sum[n] += series[k] * before[n];
    std::vector<double> next(now.size() + 1, 0.0);  // T_(k+2) = 2 t T_(k+1) - T_k
    for (std::size_t n = 0; n < now.size(); ++n) next[n + 1] = 2.0 * now[n];
    for (std::size_t n = 0; n < before.size(); ++n) next[n] -= before[n];
    before = std::move(now);
    now = std::move(next);
  }
  return sum;
}

}  // namespace

RadialSeries fit_radial_series(const std::function<double(double)>& function, double limit, double tolerance) {
  constexpr int nodes = 128, most = 4 * RadialSeries::max_quads;
  auto series = chebyshev(function, limit, nodes);
  double largest = 0.0;
  for (const double value : series) largest = std::max(largest, std::abs(value));
  const auto counts = [&](double value) { return std::abs(value) > tolerance * largest; };
  while (series.size() > 1 && !counts(series.back())) series.pop_back();
  if (series.size() > most)
    throw Error::input(
        "the screening of charges falls off too steeply within the cutoff: use a smaller alpha or cutoff");
  const auto powers = to_powers(series);
  RadialSeries result;
  result.scale = 2.0 / limit;
  result.num_quads = static_cast<int>((powers.size() + 3) / 4);
  std::copy(powers.begin(), powers.end(), result.coefficient);
  return result;
}

}  // namespace tessera::sim
