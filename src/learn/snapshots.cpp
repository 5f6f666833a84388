#include "learn/snapshots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <variant>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "data/io/table_file.hpp"

namespace tessera::learn {

namespace {

constexpr std::int64_t max_frames = 1 << 20;

/// Those of all ranks, one behind the other.
std::vector<double> all_of(const Comm& comm, const std::vector<double>& here) {
  const auto count = static_cast<std::int64_t>(here.size());
  const std::int64_t total = comm.all_reduce(count, Op::sum), first = comm.exclusive_sum(count);
  std::vector<double> all(static_cast<std::size_t>(total));
  std::copy(here.begin(), here.end(), all.begin() + first);
  comm.all_reduce(all.data(), static_cast<int>(total), Op::sum);
  return all;
}

/// Of one column, row by row.
template <class T>
void copy_chosen(const data::RowArray<T>& from, const data::RowArray<T>& to, const std::vector<std::int64_t>& chosen) {
  const std::size_t width = from.extent(1);
  const auto values = data::host_copy(from, 0, static_cast<std::int64_t>(from.extent(0)));
  std::vector<T> kept;
  for (const auto row : chosen) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(row) * width);
    kept.insert(kept.end(), first, first + static_cast<std::ptrdiff_t>(width));
  }
  data::set_rows(to, 0, kept);
}

bool has_held_out(const data::Table& table) {
  if (!table.has_column("held_out")) return false;
  const auto marks =
      agree(table.comm(), [&] { return data::host_copy(table.get<std::int64_t>("held_out"), 0, table.num_rows()); });
  const std::int64_t here = std::count_if(marks.begin(), marks.end(), [](std::int64_t mark) { return mark != 0; });
  return table.comm().all_reduce(here, Op::sum) > 0;
}

}  // namespace

data::Table take_part(data::Table table, Part part, const std::string& where) {
  if (part == Part::all || !table.has_column("held_out")) {
    if (part == Part::held_out)
      throw Error::input(where + ": no samples are held out (there is no column 'held_out' with 0 and 1)");
    return table;
  }
  const auto marks =
      agree(table.comm(), [&] { return data::host_copy(table.get<std::int64_t>("held_out"), 0, table.num_rows()); });
  std::vector<std::int64_t> chosen;
  for (std::int64_t row = 0; row < table.num_rows(); ++row)
    if ((marks[static_cast<std::size_t>(row)] != 0) == (part == Part::held_out)) chosen.push_back(row);
  data::Table result(table.comm());
  for (const auto& column : table.columns())
    std::visit(
        [&](const auto& view) {
          using T = typename std::decay_t<decltype(view)>::non_const_value_type;
          result.add<T>(column.name, column.width, column.unit);
        },
        column.data);
  result.append(static_cast<std::int64_t>(chosen.size()));
  for (const auto& column : table.columns())
    std::visit(
        [&](const auto& view) {
          using T = typename std::decay_t<decltype(view)>::non_const_value_type;
          copy_chosen<T>(view, result.get<T>(column.name), chosen);
        },
        column.data);
  if (result.num_global() == 0) throw Error::input(where + ": this part of the samples is empty");
  return result;
}

Snapshots::Snapshots(data::Table table, const std::string& where) : table_(std::move(table)) {
  check_columns(where);
  has_weights_ = table_.has_column("log_weight");
  find_frames(where);
  weigh(where);
  find_moments();
}

Snapshots Snapshots::read(const Comm& comm, const std::string& path, Part part) {
  return {take_part(data::read_table(comm, path), part, path), path};
}

std::optional<Snapshots> Snapshots::read_held_out(const Comm& comm, const std::string& path) {
  auto table = data::read_table(comm, path);
  if (!has_held_out(table)) return std::nullopt;
  return Snapshots(take_part(std::move(table), Part::held_out, path), path);
}

void Snapshots::check_columns(const std::string& where) const {
  const auto& columns = table_.columns();
  for (const char* name : {"time", "position", "log_weight"}) {
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
    const std::string_view wanted(name);
    if (found == columns.end() && wanted == "log_weight") continue;
    if (found == columns.end())
      throw Error::input(fmt::format(
          "{}: a table of samples at some times was expected, with columns 'time' and 'position'; there is no '{}'",
          where, name));
    const bool is_real = std::holds_alternative<data::RowArray<double>>(found->data),
               may_be_wide = wanted == "position";
    if (!is_real || (found->width != 1 && !may_be_wide))
      throw Error::input(fmt::format("{}: column '{}' has {} a row, {}; expected {}", where, name, found->width,
                                     is_real ? "real ones" : "whole numbers",
                                     may_be_wide ? "real ones" : "one real number"));
  }
  if (table_.num_global() == 0) throw Error::input(where + ": there are no samples in this table");
  agree(table_.comm(), [&] {
    for (const char* name : {"time", "position", "log_weight"}) {
      if (!table_.has_column(name)) continue;
      const auto column = table_.get<double>(name);
      const auto values = data::host_copy(column, 0, table_.num_rows());
      const auto wrong = std::find_if(values.begin(), values.end(), [](double x) { return !std::isfinite(x); });
      if (wrong == values.end()) continue;
      const auto row = (wrong - values.begin()) / static_cast<std::int64_t>(column.extent(1));
      throw Error::input(
          fmt::format("{}: row {}: {} is {}; expected finite numbers", where, table_.first_row() + row, name, *wrong));
    }
  });
}

void Snapshots::find_frames(const std::string& where) {
  std::vector<double> runs;  // time, rows
  agree(table_.comm(), [&] {
    for (const double time : data::host_copy(table_.get<double>("time"), 0, table_.num_rows())) {
      if (runs.empty() || runs[runs.size() - 2] != time) runs.insert(runs.end(), {time, 0.0});
      runs.back() += 1.0;
    }
    if (static_cast<std::int64_t>(runs.size()) > 2 * max_frames)
      throw Error::input(where + ": nearly every sample has a time of its own; expected snapshots, many samples each");
  });
  runs = all_of(table_.comm(), runs);
  std::int64_t first = 0;
  for (std::size_t n = 0; n < runs.size(); n += 2) {
    const auto count = static_cast<std::int64_t>(runs[n + 1]);
    if (!frames_.empty() && frames_.back().time == runs[n]) {
      frames_.back().count += count;
    } else {
      if (frames_.size() == 1) is_falling_ = runs[n] < frames_.back().time;
      if (!frames_.empty() && (runs[n] < frames_.back().time) != is_falling_)
        throw Error::input(fmt::format("{}: row {}: time {} comes after {}; expected times in {} order", where, first,
                                       runs[n], frames_.back().time, is_falling_ ? "descending" : "ascending"));
      frames_.push_back({runs[n], first, count});
    }
    first += count;
  }
  if (is_falling_) std::reverse(frames_.begin(), frames_.end());
}

std::size_t Snapshots::frame_of(std::int64_t row) const {
  const auto found = is_falling_ ? std::partition_point(frames_.begin(), frames_.end(),
                                                        [&](const Frame& frame) { return frame.first > row; })
                                 : std::partition_point(frames_.begin(), frames_.end(), [&](const Frame& frame) {
                                     return frame.first <= row;
                                   }) - 1;
  return static_cast<std::size_t>(found - frames_.begin());
}

void Snapshots::weigh(const std::string& where) {
  std::vector<ExactSum> sums(frames_.size());
  if (has_weights_) {
    const auto weights = data::host_copy(table_.get<double>("log_weight"), 0, table_.num_rows());
    for (std::int64_t row = 0; row < table_.num_rows(); ++row)
      sums[frame_of(table_.first_row() + row)].add(std::exp(weights[static_cast<std::size_t>(row)]));
    all_reduce(table_.comm(), sums.data(), static_cast<int>(sums.size()));
  } else {
    for (std::size_t n = 0; n < sums.size(); ++n) sums[n].add(static_cast<double>(frames_[n].count));
  }
  for (std::size_t n = 0; n < sums.size(); ++n) {
    const double sum = sums[n].value();
    if (!(sum > 0.0) || !std::isfinite(sum))
      throw Error::input(
          fmt::format("{}: the weights exp(log_weight) at t = {:g} add up to {}; expected a positive, "
                      "finite number",
                      where, frames_[n].time, sum));
    frames_[n].mass = has_weights_ ? sum / static_cast<double>(frames_[n].count) : sum;
  }
  first_mass_ = frames_.front().mass;
  for (auto& frame : frames_) frame.mass /= first_mass_;
}

void Snapshots::find_moments() {
  const auto position = table_.get<double>("position");
  const std::size_t width = position.extent(1);
  const auto values = data::host_copy(position, 0, table_.num_rows());
  const auto count = static_cast<double>(table_.num_global());
  std::vector<double> result(width);
  const auto mean_of = [&](const auto& term) {
    std::vector<ExactSum> sums(width);
    for (std::size_t n = 0; n < values.size(); ++n) sums[n % width].add(term(values[n], n % width));
    all_reduce(table_.comm(), sums.data(), static_cast<int>(width));
    for (std::size_t c = 0; c < width; ++c) result[c] = sums[c].value() / count;
    return result;
  };
  mean_ = mean_of([](double x, std::size_t) { return x; });
  deviation_ = mean_of([&](double x, std::size_t c) { return (x - mean_[c]) * (x - mean_[c]); });
  for (double& number : deviation_) number = std::sqrt(number);
}

Snapshots::Rows Snapshots::gather(const std::vector<std::int64_t>& rows) const {
  Rows result{table_.gather<double>("position", rows), {}, {}};
  result.mass.reserve(rows.size());
  for (const std::int64_t row : rows) result.mass.push_back(frames_[frame_of(row)].mass);
  result.weight = has_weights_ ? table_.gather<double>("log_weight", rows) : result.mass;
  if (has_weights_)
    for (double& weight : result.weight) weight = std::exp(weight) / first_mass_;
  return result;
}

}  // namespace tessera::learn
