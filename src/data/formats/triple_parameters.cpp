#include "data/formats/triple_parameters.hpp"

#include <fmt/core.h>

#include <map>

#include "base/agree.hpp"
#include "data/formats/number_stream.hpp"
#include "data/formats/text_file.hpp"
#include "data/formats/words.hpp"

namespace tessera::data {

namespace {

struct TripleWord {
  std::string text;
  std::int64_t line = 0;
};

std::vector<TripleWord> triple_words(const std::string& path) {
  std::vector<TripleWord> words;
  std::vector<std::string_view> of_line;
  std::int64_t number = 0;
  for (const auto& line : read_small_file(path)) {
    ++number;
    split_words(without_comment(line), of_line);
    for (const auto word : of_line) words.push_back({std::string(word), number});
  }
  return words;
}

std::vector<TripleEntry> parse_triples(const std::string& path, const std::vector<std::string_view>& names) {
  const auto words = triple_words(path);
  const std::size_t length = 3 + names.size();
  std::vector<TripleEntry> entries;
  std::map<std::array<std::string, 3>, std::int64_t> seen;
  for (std::size_t begin = 0; begin < words.size(); begin += length) {
    TripleEntry entry;
    entry.line = words[begin].line;
    for (std::size_t n = 0; n < length; ++n) {
      if (begin + n >= words.size())
        throw line_error(path, words.back().line,
                         fmt::format("the file ends within the entry that begins in line {}: it has {} words out of {}",
                                     entry.line, words.size() - begin, length));
      const auto& word = words[begin + n];
      if (n < 3) {
        if (is_number(word.text))
          throw line_error(path, word.line,
                           fmt::format("{} is a number where an entry should begin with the names of three elements; "
                                       "each has {} numbers",
                                       in_quotes(word.text), names.size()));
        entry.elements[n] = word.text;
        continue;
      }
      try {
        entry.values.push_back(parse_real(word.text, names[n - 3]));
      } catch (const Error& error) {
        throw line_error(path, word.line, error.what());
      }
    }
    const auto [place, is_new] = seen.try_emplace(entry.elements, entry.line);
    if (!is_new)
      throw line_error(path, entry.line,
                       fmt::format("{} {} {} has been given in line {} already", in_quotes(entry.elements[0]),
                                   in_quotes(entry.elements[1]), in_quotes(entry.elements[2]), place->second));
    entries.push_back(std::move(entry));
  }
  if (entries.empty()) throw Error::input(fmt::format("{}: there is no entry in this file", path));
  return entries;
}

}  // namespace

std::vector<TripleEntry> read_triples(const Comm& comm, const std::string& path,
                                      const std::vector<std::string_view>& names) {
  std::vector<TripleEntry> entries;
  agree(comm, [&] {
    if (comm.is_root()) entries = parse_triples(path, names);
  });
  auto count = entries.size();
  comm.broadcast(count);
  entries.resize(count);
  for (auto& entry : entries) {
    for (auto& element : entry.elements) comm.broadcast(element);
    broadcast_to_all(comm, entry.values);
    comm.broadcast(entry.line);
  }
  return entries;
}

}  // namespace tessera::data
