#include "learn/comparison/snapshots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <variant>

#include "base/error.hpp"
#include "base/sum.hpp"
#include "data/io/table_file.hpp"

namespace tessera::learn::comparison {

namespace {

bool is_double(const data::TableColumn& column) { return std::holds_alternative<data::RowArray<double>>(column.data); }

data::Table read_rows(const Comm& comm, const std::string& path, const std::string& who, Part part) {
  try {
    return take_part(data::read_table(comm, path), part, path);
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("{}: {}", who, error.what()));
  }
}

}  // namespace

Snapshots::Snapshots(const Comm& comm, const std::string& path, const std::string& who, Part part)
    : table_(read_rows(comm, path, who, part)), who_(fmt::format("{} ({})", who, path)) {
  check_columns();
  dimension_ = static_cast<int>(table_.get<double>("position").extent(1));
  has_weights_ = table_.has_column("log_weight");
  if (table_.num_global() == 0) throw Error::input(fmt::format("{}: there are no samples in it", who_));
  agree(comm, [&] { check_rows(); });
  find_snapshots();
}

void Snapshots::check_columns() const {
  for (const auto& wanted : {std::pair<const char*, int>{"time", 1}, {"position", 0}, {"log_weight", 1}}) {
    const char* name = wanted.first;
    const int width = wanted.second;
    const auto& columns = table_.columns();
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
    if (found == columns.end() && std::string(name) == "log_weight") continue;
    if (found == columns.end()) throw Error::input(fmt::format("{}: there is no column '{}' in it", who_, name));
    if (!is_double(*found) || (width != 0 && found->width != width))
      throw Error::input(fmt::format("{}: column '{}' has {} numbers a row, which are {}; expected {} real ones", who_,
                                     name, found->width, is_double(*found) ? "real" : "whole",
                                     width == 0 ? "some" : std::to_string(width)));
  }
}

void Snapshots::check_rows() const {
  for (const char* name : {"time", "position", "log_weight"}) {
    if (!table_.has_column(name)) continue;
    const auto column = table_.get<double>(name);
    const auto values = data::host_copy(column, 0, table_.num_rows());
    const auto bad = std::find_if(values.begin(), values.end(), [](double x) { return !std::isfinite(x); });
    if (bad != values.end())
      throw Error::input(fmt::format(
          "{}: row {}: {} is {}; expected finite numbers", who_,
          table_.first_row() + (bad - values.begin()) / static_cast<std::ptrdiff_t>(column.extent(1)), name, *bad));
  }
}

void Snapshots::find_snapshots() {
  const Comm& comm = table_.comm();
  const auto times = data::host_copy(table_.get<double>("time"), 0, table_.num_rows());
  const std::int64_t first = table_.first_row();
  const bool has_before = !times.empty() && first > 0;
  const auto before = table_.gather<double>("time", has_before ? std::vector{first - 1} : std::vector<std::int64_t>());
  std::vector<double> found;  // row and time, one after the other
  agree(comm, [&] {
    double last = has_before ? before[0] : -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < times.size(); last = times[i++]) {
      const std::int64_t row = first + static_cast<std::int64_t>(i);
      if (times[i] < last)
        throw Error::input(fmt::format("{}: row {}: time {} comes after {}; expected times in ascending order", who_,
                                       row, times[i], last));
      if (times[i] > last) found.insert(found.end(), {static_cast<double>(row), times[i]});
    }
  });
  const auto mine = static_cast<std::int64_t>(found.size());
  const std::int64_t place = comm.exclusive_sum(mine), total = comm.all_reduce(mine, Op::sum);
  std::vector<double> all(static_cast<std::size_t>(total), 0.0);
  std::copy(found.begin(), found.end(), all.begin() + place);
  comm.all_reduce(all.data(), static_cast<int>(total), Op::sum);
  for (std::size_t n = 0; n < all.size(); n += 2) {
    begin_.push_back(static_cast<std::int64_t>(all[n]));
    times_.push_back(all[n + 1]);
  }
  begin_.push_back(table_.num_global());
}

int Snapshots::nearest(double time, double tolerance) const {
  const auto found = std::min_element(times_.begin(), times_.end(),
                                      [&](double a, double b) { return std::abs(a - time) < std::abs(b - time); });
  if (std::abs(*found - time) > tolerance)
    throw Error::input(
        fmt::format("{}: no samples at time {}, which the reference has; the nearest are at {}, and "
                    "time_tolerance is {}",
                    who_, time, *found, tolerance));
  return static_cast<int>(found - times_.begin());
}

std::vector<std::int64_t> Snapshots::rows_of(int snapshot, const std::vector<std::int64_t>& numbers) const {
  std::vector<std::int64_t> rows;
  for (const auto number : numbers) rows.push_back(begin(snapshot) + number);
  return rows;
}

std::vector<double> Snapshots::weights_of(const std::vector<std::int64_t>& rows) const {
  if (!has_weights_) return {};
  auto weights = table_.gather<double>("log_weight", rows);
  double largest = -std::numeric_limits<double>::infinity();
  for (const double w : weights) largest = std::max(largest, w);
  largest = table_.comm().all_reduce(largest, Op::max);
  for (double& w : weights) w = std::exp(w - largest);
  return weights;
}

math::Points Snapshots::points(int snapshot, const std::vector<std::int64_t>& numbers) const {
  const auto rows = rows_of(snapshot, numbers);
  return {table_.comm(), dimension_, table_.gather<double>("position", rows), weights_of(rows)};
}

math::Cloud Snapshots::cloud(int snapshot, const std::vector<std::int64_t>& numbers) const {
  const auto rows = rows_of(snapshot, numbers);
  return {dimension_, table_.gather<double>("position", rows), weights_of(rows)};
}

std::pair<std::int64_t, std::int64_t> Snapshots::rows_here(int snapshot) const {
  const std::int64_t first = std::clamp(begin(snapshot) - table_.first_row(), std::int64_t{0}, table_.num_rows());
  return {first, std::clamp(begin(snapshot + 1) - table_.first_row(), std::int64_t{0}, table_.num_rows())};
}

double Snapshots::mass(int snapshot) const {
  if (!has_weights_) return 1.0;
  const auto [first, last] = rows_here(snapshot);
  ExactSum sum;
  for (const double w : data::host_copy(table_.get<double>("log_weight"), first, last - first)) sum.add(std::exp(w));
  all_reduce(table_.comm(), &sum, 1);
  const double mass = sum.value() / static_cast<double>(num_rows(snapshot));
  if (!std::isfinite(mass))
    throw Error::input(fmt::format("{}: the weights at time {} are too large for a mass", who_, time(snapshot)));
  return mass;
}

std::pair<double, double> Snapshots::range(int coordinate) const {
  double ends[2] = {-std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  const auto values = data::host_copy(table_.get<double>("position"), 0, table_.num_rows());
  for (auto i = static_cast<std::size_t>(coordinate); i < values.size(); i += static_cast<std::size_t>(dimension_)) {
    ends[0] = std::max(ends[0], -values[i]);
    ends[1] = std::max(ends[1], values[i]);
  }
  table_.comm().all_reduce(ends, 2, Op::max);
  return {-ends[0], ends[1]};
}

std::vector<double> Snapshots::histogram(int snapshot, int coordinate, double low, double high, int bins) const {
  const auto [first, last] = rows_here(snapshot);
  const auto positions = data::host_copy(table_.get<double>("position"), first, last - first);
  auto weights = has_weights_ ? data::host_copy(table_.get<double>("log_weight"), first, last - first)
                              : std::vector<double>(static_cast<std::size_t>(last - first), 0.0);
  double largest = -std::numeric_limits<double>::infinity();
  for (const double w : weights) largest = std::max(largest, w);
  largest = table_.comm().all_reduce(largest, Op::max);
  std::vector<ExactSum> sums(static_cast<std::size_t>(bins) + 1);  // the last one: of all
  const double width = (high - low) / bins;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double weight = std::exp(weights[i] - largest);
    const double place =
        (positions[i * static_cast<std::size_t>(dimension_) + static_cast<std::size_t>(coordinate)] - low) / width;
    sums.back().add(weight);
    if (place >= 0.0 && place < bins) sums[static_cast<std::size_t>(place)].add(weight);
  }
  all_reduce(table_.comm(), sums.data(), static_cast<int>(sums.size()));
  std::vector<double> density;
  for (int bin = 0; bin < bins; ++bin)
    density.push_back(sums[static_cast<std::size_t>(bin)].value() / (sums.back().value() * width));
  return density;
}

}  // namespace tessera::learn::comparison
