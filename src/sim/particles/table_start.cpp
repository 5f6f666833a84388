#include "sim/particles/table_start.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/agree.hpp"
#include "data/io/table_file.hpp"

namespace tessera::sim::particles {

namespace {

/// Of times in a file and in a deck that mean the same.
constexpr double same_time = 1e-9;

int width_of(const data::Table& table, const std::string& name) {
  for (const auto& column : table.columns())
    if (column.name == name && std::holds_alternative<data::RowArray<double>>(column.data)) return column.width;
  return 0;
}

/// Rows here that are of the wanted time, or of the last one.
std::vector<std::int64_t> rows_of_time(const data::Table& table, const std::string& path,
                                       const std::optional<double>& wanted) {
  std::vector<std::int64_t> rows;
  const std::int64_t here = table.num_rows();
  if (width_of(table, "time") != 1) {
    if (wanted) throw Error::input(fmt::format("{} has no column time; leave out start.time", path));
    for (std::int64_t row = 0; row < here; ++row) rows.push_back(row);
    return rows;
  }
  const auto times = data::host_copy(table.get<double>("time"), 0, here);
  double ends[2] = {-std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const double time : times) {
    ends[0] = std::max(ends[0], time);
    ends[1] = std::max(ends[1], -time);
  }
  table.comm().all_reduce(ends, 2, Op::max);
  const double time = wanted.value_or(ends[0]);
  for (std::int64_t row = 0; row < here; ++row)
    if (std::abs(times[static_cast<std::size_t>(row)] - time) <= same_time * std::max(1.0, std::abs(time)))
      rows.push_back(row);
  if (table.num_global() > 0 && table.comm().all_reduce(static_cast<std::int64_t>(rows.size()), Op::sum) == 0)
    throw Error::input(
        fmt::format("{} has no rows of the time {}; there are some from {} to {}", path, time, -ends[1], ends[0]));
  return rows;
}

void copy_column(const data::Table& from, const std::string& name, const std::vector<std::int64_t>& rows,
                 data::Table& to) {
  const auto width = static_cast<std::size_t>(width_of(from, name));
  const auto all = data::host_copy(from.get<double>(name), 0, from.num_rows());
  std::vector<double> values;
  for (const auto row : rows) {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(row) * width);
    values.insert(values.end(), first, first + static_cast<std::ptrdiff_t>(width));
  }
  if (const auto bad = std::find_if(values.begin(), values.end(), [](double x) { return !std::isfinite(x); });
      bad != values.end())
    throw Error::input(fmt::format("{} of row {} of the table that particles start from is {}", name,
                                   from.first_row() + rows[static_cast<std::size_t>(bad - values.begin()) / width],
                                   *bad));
  data::set_rows(to.get<double>(name), 0, values);
}

}  // namespace

data::Table read_start(const Comm& comm, const std::string& path, const LangevinParams& params) {
  const data::Table table = data::read_table(comm, path);
  const int width = width_of(table, "position");
  if (width != params.dimensions)
    throw Error::input(width == 0 ? fmt::format("{} has no column position of numbers", path)
                                  : fmt::format("{} has positions in {} dimensions; the deck asks for {}", path, width,
                                                params.dimensions));
  std::vector<std::int64_t> rows = rows_of_time(table, path, params.start.time);
  const auto count = static_cast<std::int64_t>(rows.size());
  const std::int64_t before = comm.exclusive_sum(count), total = comm.all_reduce(count, Op::sum);
  if (total < params.particles)
    throw Error::input(
        fmt::format("{} has {} rows of that time; the deck asks for {} particles", path, total, params.particles));
  rows.resize(static_cast<std::size_t>(std::clamp(params.particles - before, std::int64_t{0}, count)));
  data::Table result(comm);
  result.add<double>("position", width, "length");
  const bool has_velocity = !is_overdamped(params.scheme) && width_of(table, "velocity") == width;
  if (has_velocity) result.add<double>("velocity", width, "velocity");
  result.append(static_cast<std::int64_t>(rows.size()));
  agree(comm, [&] {
    copy_column(table, "position", rows, result);
    if (has_velocity) copy_column(table, "velocity", rows, result);
  });
  result.balance();
  return result;
}

}  // namespace tessera::sim::particles
