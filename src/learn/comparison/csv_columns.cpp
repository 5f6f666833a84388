#include "learn/comparison/csv_columns.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/agree.hpp"
#include "data/io/file.hpp"

namespace tessera::learn::comparison {

namespace {

constexpr std::int64_t max_bytes = std::int64_t{1} << 32;

/// Takes what comes before the separator off the text.
std::string_view cut_off(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

}  // namespace

CsvColumns::CsvColumns(std::string_view text, const std::string& where) : where_(where) {
  for (auto head = cut_off(text, '\n'); !head.empty();) {
    const auto cell = cut_off(head, ',');
    const auto bracket = cell.find(" [");
    const bool has_unit = bracket != std::string_view::npos && cell.back() == ']';
    names_.emplace_back(has_unit ? cell.substr(0, bracket) : cell);
    units_.emplace_back(has_unit ? cell.substr(bracket + 2, cell.size() - bracket - 3) : "");
  }
  columns_.resize(names_.size());
  for (std::int64_t line = 2; !text.empty(); ++line) {
    auto row = cut_off(text, '\n');
    for (std::size_t n = 0; n < names_.size(); ++n) {
      const auto cell = cut_off(row, ',');
      double value = 0.0;
      const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
      if (error != std::errc() || end != cell.data() + cell.size())
        throw Error::input(fmt::format("{}:{}: '{}' is no number of column \"{}\"", where_, line, cell, names_[n]));
      columns_[n].push_back(value);
    }
    if (!row.empty()) throw Error::input(fmt::format("{}:{}: more numbers than columns", where_, line));
  }
}

bool CsvColumns::has(const std::string& name) const {
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

std::size_t CsvColumns::place_of(const std::string& name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end())
    throw Error::input(fmt::format("{}: there is no column \"{}\", only {}", where_, name, fmt::join(names_, ", ")));
  return static_cast<std::size_t>(found - names_.begin());
}

const std::vector<double>& CsvColumns::values(const std::string& name) const { return columns_[place_of(name)]; }

const std::string& CsvColumns::unit(const std::string& name) const { return units_[place_of(name)]; }

std::optional<CsvColumns> read_csv(const Comm& comm, const std::string& path) {
  std::string text;
  bool is_there = false;
  agree(comm, [&] {
    if (!comm.is_root() || !data::path_exists(path)) return;
    text = data::read_text(path, max_bytes);
    is_there = true;
  });
  comm.broadcast(is_there);
  if (!is_there) return std::nullopt;
  comm.broadcast(text);
  return CsvColumns(text, path);
}

}  // namespace tessera::learn::comparison
