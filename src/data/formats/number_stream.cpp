#include "data/formats/number_stream.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "data/formats/text_file.hpp"
#include "data/formats/words.hpp"

namespace tessera::data {

namespace {

constexpr std::int64_t largest_small_file = std::int64_t{1} << 28;

}  // namespace

std::vector<std::string> read_small_file(const std::string& path) {
  const TextFile file(path);
  if (file.size() > largest_small_file)
    throw Error::input(fmt::format("{}: {} bytes are too many for a file of parameters", path, file.size()));
  return read_lines(file, {0, file.size(), 1});
}

void NumberStream::fail(std::string_view text) const { throw line_error(path_, line_number_, text); }

std::int64_t NumberStream::bytes_left() const {
  std::int64_t sum = 0;
  for (std::size_t n = next_; n < lines_.size(); ++n) sum += static_cast<std::int64_t>(lines_[n].size()) + 1;
  return sum;
}

const std::string& NumberStream::line(std::string_view what) {
  if (next_ >= lines_.size()) fail(fmt::format("the file ends here, but {} was expected", what));
  line_number_ = static_cast<std::int64_t>(next_) + 1;
  return lines_[next_++];
}

std::vector<std::string_view> NumberStream::words(std::size_t at_least, std::string_view what) {
  std::vector<std::string_view> words;
  split_words(line(what), words);
  if (words.size() < at_least)
    fail(fmt::format("{} words where {} was expected, which takes {}", words.size(), what, at_least));
  return words;
}

std::vector<double> NumberStream::reals(std::int64_t count, const std::string& what) {
  if (count > bytes_left() / 2 + 1)
    fail(fmt::format("{} numbers ({}) were announced, but the file is too short for them", count, what));
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(count));
  std::vector<std::string_view> words;
  while (static_cast<std::int64_t>(values.size()) < count) {
    split_words(line(fmt::format("number {} of {} ({})", values.size() + 1, count, what)), words);
    for (const auto word : words) {
      if (static_cast<std::int64_t>(values.size()) == count)
        fail(fmt::format("more than {} numbers ({}) up to the end of a line", count, what));
      values.push_back(real(word, what));
    }
  }
  return values;
}

void NumberStream::end() {
  while (next_ < lines_.size())
    if (!trimmed(line("")).empty()) fail("the file should end here: there are more numbers than it announces");
}

double NumberStream::real(std::string_view word, std::string_view what) const {
  try {
    return parse_real(word, what);
  } catch (const Error& error) {
    fail(error.what());
  }
}

double NumberStream::positive(std::string_view word, std::string_view what) const {
  const double value = real(word, what);
  if (!(value > 0.0)) fail(fmt::format("{} is {}, but must be above zero", what, value));
  return value;
}

std::int64_t NumberStream::integer(std::string_view word, std::string_view what, std::int64_t low,
                                   std::int64_t high) const {
  try {
    return parse_integer(word, what, low, high);
  } catch (const Error& error) {
    fail(error.what());
  }
}

void broadcast_to_all(const Comm& comm, std::vector<double>& values) {
  auto size = values.size();
  comm.broadcast(size);
  values.resize(size);
  comm.broadcast_bytes(values.data(), size * sizeof(double));
}

void broadcast_to_all(const Comm& comm, std::vector<std::string>& words) {
  auto size = words.size();
  comm.broadcast(size);
  words.resize(size);
  for (auto& word : words) comm.broadcast(word);
}

}  // namespace tessera::data
