#include "sim/density/file_samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "base/sum.hpp"
#include "data/formats/text_file.hpp"
#include "data/formats/words.hpp"

namespace tessera::sim::density {

namespace {

/// Which places of a line are wanted.
struct Columns {
  bool has_commas = false;
  std::size_t count = 0, time = 0;
  std::vector<std::size_t> coordinates;
  std::vector<std::string> names;  // of coordinates
};

void split(std::string_view line, bool has_commas, std::vector<std::string_view>& words) {
  if (!has_commas) return data::split_words(line, words);
  words.clear();
  for (std::size_t begin = 0;;) {
    const std::size_t end = line.find(',', begin);
    words.push_back(data::trimmed(line.substr(begin, end - begin)));
    if (end == std::string_view::npos) return;
    begin = end + 1;
  }
}

std::size_t place_of(const std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    throw Error::input(fmt::format("there is no column {}.{}", data::quoted(name), data::did_you_mean(name, names)));
  return static_cast<std::size_t>(found - names.begin());
}

/// Throws Error (input).
Columns read_head(std::string_view line, const FileParams& params) {
  line = data::trimmed(line);
  if (!line.empty() && line.front() == '#') line.remove_prefix(1);  // as some programs write it
  Columns columns;
  columns.has_commas = line.find(',') != std::string_view::npos;
  std::vector<std::string_view> words;
  split(line, columns.has_commas, words);
  std::vector<std::string> names;
  for (auto word : words) {
    if (word.size() > 1 && word.front() == '"' && word.back() == '"') word = word.substr(1, word.size() - 2);
    if (std::find(names.begin(), names.end(), word) != names.end())
      throw Error::input(fmt::format("two columns are named {}", data::quoted(word)));
    names.emplace_back(word);
  }
  if (std::all_of(names.begin(), names.end(), [](const auto& name) { return data::is_number(name); }))
    throw Error::input("there are numbers where the names of the columns are expected");
  columns.count = names.size();
  columns.time = place_of(names, params.time_column);
  columns.names = params.coordinates;
  if (columns.names.empty())
    std::copy_if(names.begin(), names.end(), std::back_inserter(columns.names),
                 [&](const auto& name) { return name != params.time_column; });
  for (const auto& name : columns.names) columns.coordinates.push_back(place_of(names, name));
  if (columns.names.empty()) throw Error::input("there is no column but the times'");
  return columns;
}

}  // namespace

FileSamples::FileSamples(const Comm& comm, const FileParams& params) {
  const data::TextFile file = data::open_text(comm, params.path);
  const Columns columns = agree(comm, [&] {
    const auto head = data::read_lines(file, {0, std::min<std::int64_t>(1, file.size()), 1});
    if (head.empty()) throw Error::input(fmt::format("{}: the file is empty", params.path));
    try {
      return read_head(head.front(), params);
    } catch (const Error& error) {
      throw data::line_error(params.path, 1, error.what());
    }
  });
  names_ = columns.names;
  std::vector<std::string_view> words;
  data::for_each_line(comm, file, {0, file.size(), 1}, [&](const data::TextLine& line) {
    const auto text = data::trimmed(data::without_comment(line.text));
    if (line.begin == 0 || text.empty()) return;
    split(text, columns.has_commas, words);
    if (words.size() != columns.count)
      throw Error::input(fmt::format("{} numbers; the first line names {} columns", words.size(), columns.count));
    row_times_.push_back(data::parse_real(words[columns.time], params.time_column));
    for (std::size_t c = 0; c < names_.size(); ++c)
      positions_.push_back(data::parse_real(words[columns.coordinates[c]], names_[c]));
  });
  const auto rows = static_cast<std::int64_t>(row_times_.size());
  first_id_ = 1 + comm.exclusive_sum(rows);
  if (comm.all_reduce(rows, Op::sum) == 0)
    throw Error::input(fmt::format("{}: there are no rows below the names of the columns", params.path));
  find_times(comm);
  if (times_.size() > max_times)
    throw Error::input(fmt::format("{}: more than {} different times; is {} the column of times?", params.path,
                                   max_times, data::quoted(params.time_column)));
  if (params.standardise) standardise(comm, params.path);
}

/// Collective. At most one more than there may be.
void FileSamples::find_times(const Comm& comm) {
  order_.resize(row_times_.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::stable_sort(order_.begin(), order_.end(),
                   [&](std::size_t a, std::size_t b) { return row_times_[a] < row_times_[b]; });
  std::vector<double> here;
  for (const std::size_t row : order_) here.push_back(row_times_[row]);
  for (auto next = here.cbegin(); times_.size() <= max_times;) {
    const double none = std::numeric_limits<double>::infinity();
    const double time = comm.all_reduce(next == here.cend() ? none : *next, Op::min);
    if (time == none) break;
    const auto end = std::upper_bound(next, here.cend(), time);
    times_.push_back(time);
    counts_.push_back(end - next);
    next = end;
  }
  comm.all_reduce(counts_.data(), static_cast<int>(counts_.size()), Op::sum);
  // In order if no rank has a time before one that it or a lower rank has.
  const double first = row_times_.empty() ? std::numeric_limits<double>::infinity() : here.front();
  double latest = -std::numeric_limits<double>::infinity();
  const auto last_of_all = comm.all_gather(here.empty() ? latest : here.back());
  for (int rank = 0; rank < comm.rank(); ++rank) latest = std::max(latest, last_of_all[static_cast<std::size_t>(rank)]);
  const bool is_ordered = std::is_sorted(row_times_.begin(), row_times_.end()) && first >= latest;
  if (comm.all_reduce(is_ordered ? 0 : 1, Op::max) == 1)
    log::info("  the rows of the file are not in the order of their times; here they are put into it");
}

/// Collective.
void FileSamples::standardise(const Comm& comm, const std::string& path) {
  const std::size_t d = names_.size(), rows = row_times_.size();
  double total = 0.0;
  for (const auto count : counts_) total += static_cast<double>(count);
  const auto mean_of = [&](const auto& term) {
    std::vector<ExactSum> sums(d);
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t c = 0; c < d; ++c) sums[c].add(term(positions_[row * d + c], c));
    all_reduce(comm, sums.data(), static_cast<int>(d));
    std::vector<double> means;
    for (const auto& sum : sums) means.push_back(sum.value() / total);
    return means;
  };
  means_ = mean_of([](double x, std::size_t) { return x; });
  deviations_ = mean_of([&](double x, std::size_t c) { return (x - means_[c]) * (x - means_[c]); });
  for (std::size_t c = 0; c < d; ++c) {
    deviations_[c] = std::sqrt(deviations_[c]);
    if (!(deviations_[c] > 0.0) || !std::isfinite(deviations_[c]))
      throw Error::input(fmt::format("{}: column {} has the standard deviation {} and cannot be standardised", path,
                                     data::quoted(names_[c]), deviations_[c]));
  }
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t c = 0; c < d; ++c)
      positions_[row * d + c] = (positions_[row * d + c] - means_[c]) / deviations_[c];
}

std::int64_t FileSamples::total() const {
  std::int64_t sum = 0;
  for (const auto count : counts_) sum += count;
  return sum;
}

std::vector<std::vector<double>> FileSamples::scaling() const {
  std::vector<std::vector<double>> rows;
  for (std::size_t c = 0; c < means_.size(); ++c)
    rows.push_back({static_cast<double>(c + 1), means_[c], deviations_[c]});
  return rows;
}

void FileSamples::add(std::size_t n, data::Table& table) const {
  const std::size_t d = names_.size();
  const auto is_before = [&](std::size_t row, double time) { return row_times_[row] < time; };
  std::vector<std::int64_t> ids;
  std::vector<double> positions;
  for (auto row = std::lower_bound(order_.begin(), order_.end(), times_[n], is_before);
       row != order_.end() && row_times_[*row] == times_[n]; ++row) {
    ids.push_back(first_id_ + static_cast<std::int64_t>(*row));
    const auto from = positions_.begin() + static_cast<std::ptrdiff_t>(*row * d);
    positions.insert(positions.end(), from, from + static_cast<std::ptrdiff_t>(d));
  }
  const std::int64_t first = table.num_rows();
  table.append(static_cast<std::int64_t>(ids.size()));
  data::set_rows(table.get<std::int64_t>("id"), first, ids);
  data::set_rows(table.get<double>("position"), first, positions);
}

}  // namespace tessera::sim::density
