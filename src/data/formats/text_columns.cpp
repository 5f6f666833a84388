#include "data/formats/text_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/agree.hpp"
#include "data/formats/words.hpp"

namespace tessera::data {

namespace {

void split_cells(std::string_view line, bool has_commas, std::vector<std::string_view>& words) {
  if (!has_commas) return split_words(line, words);
  words.clear();
  for (std::size_t begin = 0;;) {
    const std::size_t end = line.find(',', begin);
    words.push_back(trimmed(line.substr(begin, end - begin)));
    if (end == std::string_view::npos) return;
    begin = end + 1;
  }
}

/// Throws Error (input).
std::vector<std::string> read_names(std::string_view line, bool has_commas) {
  std::vector<std::string_view> words;
  split_cells(line, has_commas, words);
  std::vector<std::string> names;
  for (auto word : words) {
    if (word.size() > 1 && word.front() == '"' && word.back() == '"') word = word.substr(1, word.size() - 2);
    if (std::find(names.begin(), names.end(), word) != names.end())
      throw Error::input(fmt::format("two columns are named {}", in_quotes(word)));
    names.emplace_back(word);
  }
  if (std::all_of(names.begin(), names.end(), [](const auto& name) { return is_number(name); }))
    throw Error::input("there are numbers where the names of the columns are expected");
  return names;
}

}  // namespace

TextColumns::TextColumns(const Comm& comm, const std::string& path) : file_(open_text(comm, path)) {
  agree(comm, [&] {
    const auto head = read_lines(file_, {0, std::min<std::int64_t>(1, file_.size()), 1});
    if (head.empty()) throw Error::input(fmt::format("{}: the file is empty", path));
    std::string_view line = trimmed(head.front());
    if (!line.empty() && line.front() == '#') line.remove_prefix(1);  // as some programs write it
    has_commas_ = line.find(',') != std::string_view::npos;
    try {
      names_ = read_names(line, has_commas_);
    } catch (const Error& error) {
      throw line_error(path, 1, error.what());
    }
  });
}

std::size_t TextColumns::place_of(const std::string& name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end())
    throw line_error(path(), 1, fmt::format("there is no column {}.{}", in_quotes(name), did_you_mean(name, names_)));
  return static_cast<std::size_t>(found - names_.begin());
}

std::vector<std::size_t> TextColumns::places_of(const std::vector<std::string>& names,
                                                const std::vector<std::string>& others) const {
  std::vector<std::size_t> places;
  for (const auto& name : names) places.push_back(place_of(name));
  for (std::size_t n = 0; names.empty() && n < names_.size(); ++n)
    if (std::find(others.begin(), others.end(), names_[n]) == others.end()) places.push_back(n);
  return places;
}

void TextColumns::for_each_row(const Comm& comm, const std::vector<std::size_t>& places,
                               const std::function<void(std::span<const double>)>& visit) const {
  std::vector<std::string_view> words;
  std::vector<double> numbers(places.size());
  std::int64_t rows = 0;
  for_each_line(comm, file_, {0, file_.size(), 1}, [&](const TextLine& line) {
    const auto text = trimmed(without_comment(line.text));
    if (line.begin == 0 || text.empty()) return;
    split_cells(text, has_commas_, words);
    if (words.size() != names_.size())
      throw Error::input(fmt::format("{} numbers; the first line names {} columns", words.size(), names_.size()));
    for (std::size_t n = 0; n < places.size(); ++n) numbers[n] = parse_real(words[places[n]], names_[places[n]]);
    visit(numbers);
    ++rows;
  });
  if (comm.all_reduce(rows, Op::sum) == 0)
    throw Error::input(fmt::format("{}: there are no rows below the names of the columns", path()));
}

}  // namespace tessera::data
