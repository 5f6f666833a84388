#include "learn/action/times.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/sum.hpp"

namespace tessera::learn::action {

namespace {

constexpr double keep = 0.99, sharpness = 100.0;

}  // namespace

double quasirandom_time(std::int64_t k) {
  // In two parts: products of large numbers would lose the places behind the point.
  constexpr std::int64_t part = 1 << 20;
  constexpr double step = 0.41421356237309504880,
                   step_of_part = 0.40037893051389227955;  // of sqrt 2 and of 2^20 sqrt 2
  double whole = 0.0;
  const std::int64_t parts = k / part;
  const double far = std::modf(static_cast<double>(parts) * step_of_part, &whole);
  return std::modf(0.5 + static_cast<double>(k % part) * step + far, &whole);
}

TimeDensity::TimeDensity(int points) : TimeDensity(std::vector<double>(static_cast<std::size_t>(points), 1.0)) {}

TimeDensity::TimeDensity(const std::vector<double>& deviations) : mean_(deviations.size()), variance_(deviations) {
  for (double& value : variance_) value *= value;
  integrate();
}

double TimeDensity::at(const std::vector<double>& values, double t) const {
  const auto cells = static_cast<double>(values.size() - 1);
  const double place = std::clamp(t, 0.0, 1.0) * cells;
  const auto n = static_cast<std::size_t>(std::min(std::floor(place), cells - 1.0));
  const double part = place - static_cast<double>(n);
  return (1.0 - part) * values[n] + part * values[n + 1];
}

double TimeDensity::density(double t) const { return at(density_, t); }

void TimeDensity::integrate() {
  const std::size_t points = variance_.size();
  const double cell = 1.0 / static_cast<double>(points - 1);
  density_.resize(points);
  cumulative_.assign(points, 0.0);
  double whole = 0.0;
  for (std::size_t n = 0; n < points; ++n) density_[n] = std::sqrt(variance_[n]);
  for (std::size_t n = 1; n < points; ++n) whole += 0.5 * cell * (density_[n - 1] + density_[n]);
  for (double& value : density_) value = whole > 0.0 ? (1.0 - uniform_share) * value / whole + uniform_share : 1.0;
  for (std::size_t n = 1; n < points; ++n)
    cumulative_[n] = cumulative_[n - 1] + 0.5 * cell * (density_[n - 1] + density_[n]);
}

double TimeDensity::quantile(double u) const {
  const std::size_t points = density_.size();
  const double cell = 1.0 / static_cast<double>(points - 1);
  const auto after = std::upper_bound(cumulative_.begin() + 1, cumulative_.end() - 1, u);
  const auto n = static_cast<std::size_t>(after - cumulative_.begin()) - 1;
  const double p = density_[n], slope = (density_[n + 1] - p) / cell, rest = u - cumulative_[n];
  // Of the two forms of the root, the one that does not cancel.
  const double root = std::sqrt(std::max(0.0, p * p + 2.0 * slope * rest));
  return std::clamp(cell * static_cast<double>(n) + 2.0 * rest / (p + root), 0.0, 1.0);
}

void TimeDensity::update(const Comm& comm, const std::vector<double>& times, const std::vector<double>& values) {
  const std::size_t points = mean_.size();
  std::vector<ExactSum> sums(3 * points);
  for (std::size_t i = 0; i < times.size(); ++i) {
    const double difference = values[i] - at(mean_, times[i]);
    for (std::size_t n = 0; n < points; ++n) {
      const double point = static_cast<double>(n) / static_cast<double>(points - 1);
      const double weight = std::exp(-sharpness * std::fabs(times[i] - point));
      sums[3 * n].add(weight);
      sums[3 * n + 1].add(weight * values[i]);
      sums[3 * n + 2].add(weight * difference * difference);
    }
  }
  all_reduce(comm, sums.data(), static_cast<int>(sums.size()));
  for (std::size_t n = 0; n < points; ++n) {
    const double weight = sums[3 * n].value();
    if (!(weight > 0.0)) continue;
    mean_[n] = keep * mean_[n] + (1.0 - keep) * sums[3 * n + 1].value() / weight;
    variance_[n] = keep * variance_[n] + (1.0 - keep) * sums[3 * n + 2].value() / weight;
  }
  integrate();
}

void TimeDensity::save(data::StateWriter& writer) const {
  writer.put("time_mean", mean_);
  writer.put("time_variance", variance_);
}

void TimeDensity::restore(data::StateReader& reader) {
  const std::size_t points = mean_.size();
  reader.get("time_mean", mean_);
  reader.get("time_variance", variance_);
  if (mean_.size() != points || variance_.size() != points)
    throw Error::input("a checkpoint whose density of times has another grid");
  integrate();
}

}  // namespace tessera::learn::action
