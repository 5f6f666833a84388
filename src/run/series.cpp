#include "run/series.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <string_view>

#include "base/agree.hpp"
#include "base/region.hpp"
#include "data/io/file.hpp"

namespace tessera::run {

namespace {

constexpr std::int64_t max_series_bytes = std::int64_t{1} << 32;

std::string heading(const sim::SeriesColumn& column) {
  return column.unit.empty() ? column.name : fmt::format("{} [{}]", column.name, column.unit);
}

/// Bytes of the header and of all whole rows up to that step.
std::int64_t length_up_to(std::string_view text, std::int64_t last_step) {
  std::size_t kept = text.find('\n');
  if (kept == std::string_view::npos) return 0;
  for (++kept; kept < text.size();) {
    const std::size_t end = text.find('\n', kept);
    if (end == std::string_view::npos) break;
    std::int64_t step = -1;
    const char* begin = text.data() + kept;
    if (std::from_chars(begin, text.data() + end, step).ec != std::errc() || step > last_step) break;
    kept = end + 1;
  }
  return static_cast<std::int64_t>(kept);
}

std::string row(const std::string& first, const std::vector<double>& values) {
  std::string line = first;
  for (const double value : values) line += fmt::format("{}{:.17g}", line.empty() ? "" : ",", value);
  return line + "\n";
}

}  // namespace

SeriesFile::SeriesFile(const Comm& comm, const std::string& path, const std::vector<sim::SeriesColumn>& columns,
                       bool resuming, std::int64_t last_step)
    : comm_(comm), path_(path) {
  std::string header = "step";
  for (const auto& column : columns) header += "," + heading(column);
  header += "\n";
  agree(comm, [&] {
    if (!comm.is_root()) return;
    if (resuming && data::path_exists(path)) {
      const std::string text = data::read_text(path, max_series_bytes);
      if (text.starts_with(header)) {
        data::truncate_file(path, length_up_to(text, last_step));
        return;
      }
      if (text.find('\n') != std::string::npos) data::rename_path(path, path + ".before");  // of other columns
    }
    data::write_text_atomically(path, header);
  });
}

void SeriesFile::add(std::int64_t step, const std::vector<double>& values) {
  if (!comm_.is_root()) return;
  rows_ += row(std::to_string(step), values);
  const double now = wall_time();
  if (now < next_write_ || failure_) return;
  next_write_ = now + 1.0;
  try {
    write_out();
  } catch (...) {
    failure_ = to_error(std::current_exception());
  }
}

void SeriesFile::write_out() {
  if (rows_.empty()) return;
  data::append_text(path_, rows_);
  bytes_written_ += static_cast<std::int64_t>(rows_.size());
  rows_.clear();
}

void SeriesFile::flush() {
  agree(comm_, [&] {
    if (!comm_.is_root()) return;
    if (failure_) throw Error(*failure_);
    write_out();
    data::sync_file(path_);
  });
}

std::string to_csv(const sim::Report& report) {
  std::string text = fmt::format("{}", fmt::join(report.word_columns, ","));
  for (const auto& column : report.columns) text += (text.empty() ? "" : ",") + heading(column);
  text += "\n";
  for (std::size_t n = 0; n < report.rows.size(); ++n) {
    const bool has_words = !report.word_columns.empty();
    text += row(has_words ? fmt::format("{}", fmt::join(report.words[n], ",")) : "", report.rows[n]);
  }
  return text;
}

}  // namespace tessera::run
