#include "learn/comparison/snapshots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/sum.hpp"
#include "data/io/table_file.hpp"

namespace tessera::learn::comparison {

namespace {

data::Table read_rows(const Comm& comm, const std::string& path, const std::string& who, Part part) {
  try {
    return take_part(data::read_table(comm, path), part, path);
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("{}: {}", who, error.what()));
  }
}

}  // namespace

Snapshots::Snapshots(const Comm& comm, const std::string& path, const std::string& who, Part part)
    : who_(fmt::format("{} ({})", who, path)), samples_(read_rows(comm, path, who, part), who_) {}

int Snapshots::nearest(double time, double tolerance) const {
  const auto& frames = samples_.frames();
  const auto found = std::min_element(frames.begin(), frames.end(), [&](const auto& a, const auto& b) {
    return std::abs(a.time - time) < std::abs(b.time - time);
  });
  if (std::abs(found->time - time) > tolerance)
    throw Error::input(
        fmt::format("{}: no samples at time {}, which the reference has; the nearest are at {}, and "
                    "time_tolerance is {}",
                    who_, time, found->time, tolerance));
  return static_cast<int>(found - frames.begin());
}

std::vector<std::int64_t> Snapshots::rows_of(int snapshot, const std::vector<std::int64_t>& numbers) const {
  std::vector<std::int64_t> rows;
  for (const auto number : numbers) rows.push_back(frame(snapshot).first + number);
  return rows;
}

std::vector<double> Snapshots::weights_of(const std::vector<std::int64_t>& rows) const {
  if (!has_weights()) return {};
  auto weights = samples_.table().gather<double>("log_weight", rows);
  double largest = -std::numeric_limits<double>::infinity();
  for (const double w : weights) largest = std::max(largest, w);
  largest = comm().all_reduce(largest, Op::max);
  for (double& w : weights) w = std::exp(w - largest);
  return weights;
}

math::Points Snapshots::points(int snapshot, const std::vector<std::int64_t>& numbers) const {
  const auto rows = rows_of(snapshot, numbers);
  return {comm(), dimension(), samples_.table().gather<double>("position", rows), weights_of(rows)};
}

math::Cloud Snapshots::cloud(int snapshot, const std::vector<std::int64_t>& numbers) const {
  const auto rows = rows_of(snapshot, numbers);
  return {dimension(), samples_.table().gather<double>("position", rows), weights_of(rows)};
}

std::pair<std::int64_t, std::int64_t> Snapshots::rows_here(int snapshot) const {
  const auto& table = samples_.table();
  const auto here = [&](std::int64_t row) {
    return std::clamp(row - table.first_row(), std::int64_t{0}, table.num_rows());
  };
  const auto& wanted = frame(snapshot);
  return {here(wanted.first), here(wanted.first + wanted.count)};
}

double Snapshots::mass(int snapshot) const {
  if (!has_weights()) return 1.0;
  const auto [first, last] = rows_here(snapshot);
  ExactSum sum;
  for (const double w : data::host_copy(column("log_weight"), first, last - first)) sum.add(std::exp(w));
  all_reduce(comm(), &sum, 1);
  const double mass = sum.value() / static_cast<double>(num_rows(snapshot));
  if (!std::isfinite(mass))
    throw Error::input(fmt::format("{}: the weights at time {} are too large for a mass", who_, time(snapshot)));
  return mass;
}

std::pair<double, double> Snapshots::range(int coordinate) const {
  double ends[2] = {-std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  const auto values = data::host_copy(column("position"), 0, samples_.table().num_rows());
  for (auto i = static_cast<std::size_t>(coordinate); i < values.size(); i += static_cast<std::size_t>(dimension())) {
    ends[0] = std::max(ends[0], -values[i]);
    ends[1] = std::max(ends[1], values[i]);
  }
  comm().all_reduce(ends, 2, Op::max);
  return {-ends[0], ends[1]};
}

std::vector<double> Snapshots::histogram(int snapshot, int coordinate, double low, double high, int bins) const {
  const auto [first, last] = rows_here(snapshot);
  const auto positions = data::host_copy(column("position"), first, last - first);
  auto weights = has_weights() ? data::host_copy(column("log_weight"), first, last - first)
                               : std::vector<double>(static_cast<std::size_t>(last - first), 0.0);
  double largest = -std::numeric_limits<double>::infinity();
  for (const double w : weights) largest = std::max(largest, w);
  largest = comm().all_reduce(largest, Op::max);
  std::vector<ExactSum> sums(static_cast<std::size_t>(bins) + 1);  // the last one: of all
  const double width = (high - low) / bins;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double weight = std::exp(weights[i] - largest);
    const double place =
        (positions[i * static_cast<std::size_t>(dimension()) + static_cast<std::size_t>(coordinate)] - low) / width;
    sums.back().add(weight);
    if (place >= 0.0 && place < bins) sums[static_cast<std::size_t>(place)].add(weight);
  }
  all_reduce(comm(), sums.data(), static_cast<int>(sums.size()));
  std::vector<double> density;
  for (int bin = 0; bin < bins; ++bin)
    density.push_back(sums[static_cast<std::size_t>(bin)].value() / (sums.back().value() * width));
  return density;
}

}  // namespace tessera::learn::comparison
