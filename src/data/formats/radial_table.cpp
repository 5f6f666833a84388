#include "data/formats/radial_table.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "data/formats/number_stream.hpp"
#include "data/formats/words.hpp"

namespace tessera::data {

namespace {

constexpr std::int64_t fewest_rows = 2, most_rows = std::int64_t{1} << 24;
constexpr std::int64_t shortest_row = 8;  // bytes: "1 1 1 1" and its end

using Words = std::vector<std::string_view>;

/// Lines that say something, without their comments.
class TableLines {
 public:
  TableLines(const std::string& path, std::vector<std::string> lines)
      : last_(last_of(lines)), in_(path, std::move(lines)) {}

  NumberStream& in() { return in_; }
  bool at_end() const { return in_.line_number() >= last_; }
  const Words& next(const std::string& what) {
    do split_words(without_comment(in_.line(what)), words_);
    while (words_.empty());
    return words_;
  }

 private:
  static std::int64_t last_of(const std::vector<std::string>& lines) {
    std::size_t n = lines.size();
    while (n > 0 && trimmed(without_comment(lines[n - 1])).empty()) --n;
    return static_cast<std::int64_t>(n);
  }

  std::int64_t last_;  // line with anything in it
  NumberStream in_;
  Words words_;
};

enum class Spacing { listed, r, r_squared };

struct TableHead {
  std::int64_t rows = 0;
  Spacing spacing = Spacing::listed;
  double first = 0.0, last = 0.0;
  std::optional<double> first_slope, last_slope;

  double distance(std::int64_t row) const {
    const double share = static_cast<double>(row) / static_cast<double>(rows - 1);
    if (spacing == Spacing::r) return first + share * (last - first);
    return std::sqrt(first * first + share * (last * last - first * first));
  }
};

TableHead read_head(TableLines& lines, const std::string& keyword) {
  auto& in = lines.in();
  const Words words = lines.next(fmt::format("the parameters of section {} (N, R, RSQ, FPRIME)", in_quotes(keyword)));
  TableHead head;
  std::vector<std::string> seen;
  std::size_t place = 0;
  const auto value = [&](const std::string& name) {
    if (place >= words.size()) in.fail(fmt::format("{} needs more numbers behind it", name));
    return words[place++];
  };
  while (place < words.size()) {
    const std::string name(words[place++]);
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) in.fail(fmt::format("{} is given twice", name));
    seen.push_back(name);
    if (name == "N") {
      head.rows = in.integer(value(name), "the number of rows", fewest_rows, most_rows);
    } else if (name == "R" || name == "RSQ") {
      if (head.spacing != Spacing::listed) in.fail("R and RSQ exclude each other");
      head.spacing = name == "R" ? Spacing::r : Spacing::r_squared;
      head.first = in.positive(value(name), "the first distance");
      head.last = in.positive(value(name), "the last distance");
      if (!(head.last > head.first))
        in.fail(fmt::format("the distances from {} to {} do not increase", head.first, head.last));
    } else if (name == "FPRIME") {
      head.first_slope = in.real(value(name), "the slope of the force at the first distance");
      head.last_slope = in.real(value(name), "the slope of the force at the last distance");
    } else if (name == "BITMAP") {
      in.fail("tables of the kind BITMAP are not read; write this one with R or RSQ");
    } else {
      in.fail(fmt::format("{} is not a parameter of a table (N, R, RSQ, FPRIME).{}", in_quotes(name),
                          did_you_mean(name, {"N", "R", "RSQ", "FPRIME"})));
    }
  }
  if (head.rows == 0) in.fail(fmt::format("section {} does not say how many rows it has (N)", in_quotes(keyword)));
  if (head.rows > in.bytes_left() / shortest_row + 1)
    in.fail(fmt::format("{} rows are announced, but the file is too short for them", head.rows));
  return head;
}

/// The distance of a row, which the head knows better where it gives them all.
double checked_distance(NumberStream& in, const TableHead& head, std::int64_t row, double listed) {
  if (head.spacing == Spacing::listed) return listed;
  const double known = head.distance(row);
  const double below = row > 0 ? head.distance(row - 1) : known - (head.distance(row + 1) - known);
  const double above = row + 1 < head.rows ? head.distance(row + 1) : known + (known - below);
  if (std::abs(listed - known) > 0.5 * (listed < known ? known - below : above - known))
    in.fail(fmt::format("row {} is at the distance {}, but where R or RSQ put it is {}", row + 1, listed, known));
  return known;
}

/// A wrong sign, or units that do not fit: the work of the forces is far from the differences of the energy as a whole,
/// and between most rows too. One of the two may be so where rows are far apart on a steep wall, or where a tail has
/// few digits left.
void check_slopes(NumberStream& in, const std::string& keyword, const RadialTable& table) {
  double difference = 0.0, work = 0.0;
  std::size_t strange = 0;
  for (std::size_t n = 1; n < table.r.size(); ++n) {
    const double width = table.r[n] - table.r[n - 1], rise = table.energy[n] - table.energy[n - 1];
    const double before = table.force[n - 1], after = table.force[n];
    difference += std::abs(rise + 0.5 * width * (before + after));
    work += 0.5 * width * (std::abs(before) + std::abs(after)) + std::abs(rise);
    // The mean force lies between both, or a little outside where they have an extremum.
    if (std::abs(rise + 0.5 * width * (before + after)) > width * std::abs(before - after)) ++strange;
  }
  if (difference > 0.4 * work && 2 * strange > table.r.size() - 1)
    in.fail(fmt::format("the forces of section {}, which ends here, are not minus the slope of its energies",
                        in_quotes(keyword)));
}

RadialTable read_section(TableLines& lines, const std::string& keyword) {
  auto& in = lines.in();
  const TableHead head = read_head(lines, keyword);
  RadialTable table;
  table.first_slope = head.first_slope;
  table.last_slope = head.last_slope;
  for (auto* column : {&table.r, &table.energy, &table.force}) column->reserve(static_cast<std::size_t>(head.rows));
  std::int64_t first_number = 0;
  for (std::int64_t row = 0; row < head.rows; ++row) {
    const std::string what = fmt::format("row {} of {} of section {}", row + 1, head.rows, in_quotes(keyword));
    const Words& words = lines.next(what);
    if (words.size() != 4)
      in.fail(fmt::format("{} words where {} was expected: number, distance, energy, force", words.size(), what));
    const std::int64_t number = in.integer(words[0], "the number of " + what, 0, most_rows + 1);
    if (row == 0) first_number = number;
    if (number != first_number + row)
      in.fail(fmt::format("number {} where {} was expected, of {}", number, first_number + row, what));
    const double r = checked_distance(in, head, row, in.positive(words[1], "the distance of " + what));
    if (row > 0 && !(r > table.r.back()))
      in.fail(fmt::format("the distance {} does not lie beyond that of the row before, {}", r, table.r.back()));
    table.r.push_back(r);
    table.energy.push_back(in.real(words[2], "the energy of " + what));
    table.force.push_back(in.real(words[3], "the force of " + what));
  }
  check_slopes(in, keyword, table);
  return table;
}

/// "UNITS: metal" in a comment.
std::string units_of(const std::vector<std::string>& lines) {
  Words words;
  for (const auto& line : lines) {
    const auto text = trimmed(line);
    if (text.empty()) continue;
    if (text.front() != '#') return {};
    split_words(text, words);
    for (std::size_t n = 0; n + 1 < words.size(); ++n)
      if (words[n] == "UNITS:") return std::string(words[n + 1]);
  }
  return {};
}

RadialTable read_file(const std::string& path, const std::string& keyword) {
  auto text = read_small_file(path);
  const std::string units = units_of(text);
  TableLines lines(path, std::move(text));
  std::map<std::string, std::int64_t> seen;
  std::optional<RadialTable> found;
  while (!lines.at_end()) {
    const std::string name(lines.next("a section").front());
    const std::int64_t number = lines.in().line_number();
    if (is_number(name))
      lines.in().fail(
          fmt::format("{} is a number where a section should begin with its keyword: there are more rows than N says",
                      in_quotes(name)));
    const auto [place, is_new] = seen.try_emplace(name, number);
    if (!is_new)
      lines.in().fail(fmt::format("section {} has been given in line {} already", in_quotes(name), place->second));
    RadialTable table = read_section(lines, name);
    if (name == keyword) found = std::move(table);
  }
  if (!found) {
    std::vector<std::string> names;
    for (const auto& [name, line] : seen) names.push_back(in_quotes(name));
    throw Error::input(fmt::format("{}: there is no section {}; those of this file are: {}", path, in_quotes(keyword),
                                   names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
  }
  found->units = units;
  return std::move(*found);
}

}  // namespace

RadialTable read_radial_table(const Comm& comm, const std::string& path, const std::string& keyword) {
  RadialTable table;
  agree(comm, [&] {
    if (comm.is_root()) table = read_file(path, keyword);
  });
  for (auto* column : {&table.r, &table.energy, &table.force}) broadcast_to_all(comm, *column);
  for (auto* slope : {&table.first_slope, &table.last_slope}) {
    bool is_there = slope->has_value();
    comm.broadcast(is_there);
    double value = slope->value_or(0.0);
    comm.broadcast(value);
    if (is_there) *slope = value;
  }
  comm.broadcast(table.units);
  return table;
}

}  // namespace tessera::data
