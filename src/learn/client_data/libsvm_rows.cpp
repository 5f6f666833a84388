// LibSVM's text: a label and, one after another, the features that are not zero.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/error.hpp"
#include "data/formats/text_file.hpp"
#include "data/formats/words.hpp"
#include "learn/client_data/file_rows.hpp"

namespace tessera::learn::client_data {

namespace {

constexpr std::int64_t max_index = 1 << 16;  // rows are held with all their zeros

struct Entry {
  std::size_t row, feature;
  double value;
};

/// Throws Error (input).
Entry parse_entry(std::string_view word, std::size_t row) {
  const auto colon = word.find(':');
  if (colon == std::string_view::npos)
    throw Error::input(fmt::format("{} is no feature; index:value was expected", data::in_quotes(word)));
  const auto index = data::parse_integer(word.substr(0, colon), "the index of a feature", 1, max_index);
  return {row, static_cast<std::size_t>(index - 1),
          data::parse_real(word.substr(colon + 1), fmt::format("the value of feature {}", index))};
}

}  // namespace

ClientRows read_libsvm_rows(const Comm& comm, const FileRowsParams& params) {
  const data::TextFile file = data::open_text(comm, params.path);
  std::vector<Entry> entries;
  std::vector<std::string_view> words;
  ClientRows rows;
  rows.has_response = true;
  data::for_each_line(comm, file, {0, file.size(), 1}, [&](const data::TextLine& line) {
    data::split_words(data::without_comment(line.text), words);
    if (words.empty()) return;
    const std::size_t row = rows.y.size();
    rows.y.push_back(data::parse_real(words[0], "a label"));
    for (std::size_t n = 1; n < words.size(); ++n) {
      entries.push_back(parse_entry(words[n], row));
      if (n > 1 && entries.back().feature <= entries[entries.size() - 2].feature)
        throw Error::input(fmt::format("feature {} comes after feature {}; indices rise along a line",
                                       entries.back().feature + 1, entries[entries.size() - 2].feature + 1));
    }
  });
  std::int64_t width = 0;
  for (const auto& entry : entries) width = std::max(width, static_cast<std::int64_t>(entry.feature) + 1);
  width = comm.all_reduce(width, Op::max);
  if (width == 0) throw Error::input(fmt::format("{}: there are no features", params.path));
  rows.names = numbered_names(width);
  rows.resize(rows.y.size());
  for (const auto& [row, feature, value] : entries) rows.x[row * rows.width() + feature] = value;
  return rows;
}

}  // namespace tessera::learn::client_data
