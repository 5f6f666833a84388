#include "sim/file_controller.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <variant>
#include <vector>

#include "data/formats/words.hpp"
#include "data/io/contents.hpp"
#include "data/io/file.hpp"
#include "data/io/table_file.hpp"

namespace tessera::sim {

namespace {

constexpr std::int64_t max_csv_bytes = std::int64_t{1} << 30;

Error wrong_width(const std::string& where, std::int64_t there, const EnvironmentInfo& info) {
  return Error::input(fmt::format("{}: {} number(s); '{}' takes {} actions", where, there, info.id, info.num_actions));
}

void check_length(const std::string& path, std::int64_t there, const EnvironmentInfo& info) {
  if (there >= info.num_steps) return;
  throw Error::input(
      fmt::format("{}: actions for {} steps; an episode of '{}' has {}", path, there, info.id, info.num_steps));
}

/// Collective. A row a step, on all ranks.
std::vector<double> read_table_column(const FileActionParams& params, const Environment& environment) {
  const auto& info = environment.info();
  const auto table = data::read_table(environment.comm(), params.path);
  const auto column = std::find_if(table.columns().begin(), table.columns().end(),
                                   [&](const auto& one) { return one.name == params.column; });
  if (column == table.columns().end() || !std::holds_alternative<data::RowArray<double>>(column->data))
    throw Error::input(fmt::format("{}: has no column '{}' of real numbers", params.path, params.column));
  if (column->width != info.num_actions)
    throw wrong_width(fmt::format("{}, column '{}'", params.path, params.column), column->width, info);
  check_length(params.path, table.num_global(), info);
  std::vector<std::int64_t> rows(static_cast<std::size_t>(info.num_steps));
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  if (table.has_column("step")) {
    const auto steps = table.gather<std::int64_t>("step", rows);
    const auto wrong = std::mismatch(steps.begin(), steps.end(), rows.begin());
    if (wrong.first != steps.end())
      throw Error::input(
          fmt::format("{}: row {} is of step {}; an episode of which each step was recorded was expected", params.path,
                      *wrong.second, *wrong.first));
  }
  return table.gather<double>(params.column, rows);
}

/// Local.
std::vector<double> parse_csv(const std::string& path, std::string_view text, const EnvironmentInfo& info) {
  std::vector<double> values;
  std::int64_t steps = 0;
  for (std::int64_t number = 1; !text.empty() && steps < info.num_steps; ++number) {
    const auto end = text.find('\n');
    const auto line = data::trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
    if (line.empty()) continue;
    std::vector<std::string_view> cells;
    for (std::size_t begin = 0; begin <= line.size();) {
      const auto comma = std::min(line.find(',', begin), line.size());
      cells.push_back(data::trimmed(line.substr(begin, comma - begin)));
      begin = comma + 1;
    }
    if (number == 1 && !data::is_number(cells[0])) continue;
    const std::string where = fmt::format("{}:{}", path, number);
    if (static_cast<std::int64_t>(cells.size()) != info.num_actions)
      throw wrong_width(where, static_cast<std::int64_t>(cells.size()), info);
    try {
      for (const auto& cell : cells) values.push_back(data::parse_real(cell, "an action"));
    } catch (const Error& error) {
      throw Error::input(fmt::format("{}: {}", where, error.what()));
    }
    ++steps;
  }
  check_length(path, steps, info);
  return values;
}

/// Collective. The root reads, all parse.
std::vector<double> read_csv(const std::string& path, const Environment& environment) {
  const Comm& comm = environment.comm();
  std::string text = agree(comm, [&] { return comm.is_root() ? data::read_text(path, max_csv_bytes) : std::string(); });
  comm.broadcast(text);
  return parse_csv(path, text, environment.info());
}

/// Row `step` for all.
void repeat(const Environment::Rows& steps, std::int64_t step, const Environment::Rows& actions) {
  const auto width = static_cast<std::int64_t>(actions.extent(1));
  Kokkos::parallel_for(
      "sim/repeat_action", Range(0, static_cast<std::int64_t>(actions.extent(0))), KOKKOS_LAMBDA(std::int64_t row) {
        for (std::int64_t n = 0; n < width; ++n) actions(row, n) = steps(step, n);
      });
}

}  // namespace

void bind(deck::Binder& b, FileActionParams& p) {
  b.required("path");
  b.file("path", p.path, {"table.h5, or a CSV with a row of numbers for each step"});
  b.value("column", p.column, {"of the table"});
}

FileController::FileController(const FileActionParams& params, const Environment& environment)
    : steps_("sim/actions_of_file", static_cast<std::size_t>(environment.info().num_steps),
             static_cast<std::size_t>(environment.info().num_actions)) {
  const bool is_hdf5 = agree(environment.comm(), [&] { return data::is_hdf5(params.path); });
  data::set_rows(steps_, 0, is_hdf5 ? read_table_column(params, environment) : read_csv(params.path, environment));
}

void FileController::decide(const Environment& environment, const Environment::Rows& actions,
                            const Environment::Rows&) {
  repeat(steps_, environment.num_steps_done(), actions);
}

}  // namespace tessera::sim
