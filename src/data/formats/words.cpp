#include "data/formats/words.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "base/error.hpp"

namespace tessera::data {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }

std::string_view without_plus(std::string_view word) {
  if (word.size() > 1 && word[0] == '+' && word[1] != '-') word.remove_prefix(1);
  return word;
}

/// Edits (insert, delete, replace) that turn one word into the other.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

void split_words(std::string_view line, std::vector<std::string_view>& words) {
  words.clear();
  for (std::size_t i = 0; i < line.size();) {
    while (i < line.size() && is_blank(line[i])) ++i;
    const std::size_t begin = i;
    while (i < line.size() && !is_blank(line[i])) ++i;
    if (i > begin) words.push_back(line.substr(begin, i - begin));
  }
}

std::string_view without_comment(std::string_view line) { return line.substr(0, line.find('#')); }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string result = "'";
  for (const char c : text.substr(0, longest)) result += c >= ' ' && c <= '~' ? c : '?';
  result += text.size() > longest ? "...'" : "'";
  return result;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const std::string lower = lower_case(word.substr(0, 64));
  const std::string* best = nullptr;
  std::size_t best_distance = 3;
  for (const auto& candidate : known) {
    const std::size_t distance = edit_distance(lower, lower_case(candidate));
    if (distance < best_distance) {
      best_distance = distance;
      best = &candidate;
    }
  }
  return best == nullptr ? "" : fmt::format(" Did you mean '{}'?", *best);
}

bool is_number(std::string_view word) {
  double value = 0.0;
  const std::string_view digits = without_plus(word);
  return std::from_chars(digits.data(), digits.data() + digits.size(), value).ptr == digits.data() + digits.size() &&
         digits.find_first_of("0123456789") != std::string_view::npos;
}

double parse_real(std::string_view word, std::string_view what) {
  const std::string_view digits = without_plus(word);
  double value = 0.0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code == std::errc::invalid_argument || end != digits.data() + digits.size())
    throw Error::input(fmt::format("{} is not a number; {} was expected", in_quotes(word), what));
  if (code != std::errc() || !std::isfinite(value))
    throw Error::input(fmt::format("{} is not a finite number; {} was expected", in_quotes(word), what));
  return value;
}

std::int64_t parse_integer(std::string_view word, std::string_view what) {
  const std::string_view digits = without_plus(word);
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code == std::errc::invalid_argument || end != digits.data() + digits.size())
    throw Error::input(fmt::format("{} is not an integer; {} was expected", in_quotes(word), what));
  if (code != std::errc()) throw Error::input(fmt::format("{} is too large; {} was expected", in_quotes(word), what));
  return value;
}

std::int64_t parse_integer(std::string_view word, std::string_view what, std::int64_t low, std::int64_t high) {
  const std::int64_t value = parse_integer(word, what);
  if (value < low || value > high)
    throw Error::input(
        fmt::format("{} is out of range; {} from {} to {} was expected", in_quotes(word), what, low, high));
  return value;
}

}  // namespace tessera::data
