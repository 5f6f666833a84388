#include "deck/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace tessera::deck {

namespace {

constexpr std::size_t max_printable_bytes = 60;

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }

std::string escape_character(char c) {
  switch (c) {
    case '\b':
      return "\\b";
    case '\t':
      return "\\t";
    case '\n':
      return "\\n";
    case '\f':
      return "\\f";
    case '\r':
      return "\\r";
    default: {
      const auto code = static_cast<unsigned char>(c);
      return code < 0x20U || code == 0x7fU ? fmt::format("\\u{:04X}", code) : std::string(1, c);
    }
  }
}

}  // namespace

std::string to_toml(double value) {
  if (!std::isfinite(value)) throw Error::internal("a parameter is not finite and cannot be written into a deck");
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string to_toml(std::int64_t value) { return fmt::format("{}", value); }

std::string to_toml(bool value) { return value ? "true" : "false"; }

std::string to_toml(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) text += c == '"' || c == '\\' ? std::string{'\\', c} : escape_character(c);
  return text + "\"";
}

std::string printable(std::string_view text) {
  const bool has_characters = is_utf8(text);
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at >= max_printable_bytes && begins_character(text[at])) return result + "...";
    const auto byte = static_cast<unsigned char>(text[at]);
    result += byte < 0x80U || has_characters ? escape_character(text[at]) : fmt::format("\\x{:02X}", byte);
  }
  return result;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t length = first < 0x80U ? 1 : first < 0xc2U ? 0 : first < 0xe0U ? 2 : first < 0xf0U ? 3 : 4;
    if (length == 0 || first > 0xf4U || text.size() - at < length) return false;
    std::uint32_t code = length == 1 ? first : first & (0x7fU >> length);
    for (std::size_t n = 1; n < length; ++n) {
      if (begins_character(text[at + n])) return false;
      code = code << 6U | (static_cast<unsigned char>(text[at + n]) & 0x3fU);
    }
    const bool is_overlong = (length == 3 && code < 0x800U) || (length == 4 && code < 0x10000U);
    if (is_overlong || (code >= 0xd800U && code < 0xe000U) || code > 0x10ffffU) return false;
    at += length;
  }
  return true;
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const auto word = text.substr(begin, end - begin);
    begin = end + 1;
    if (word.empty()) continue;
    std::string& line = lines.back();
    if (line.empty())
      line = word;
    else if (count_characters(line) + 1 + count_characters(word) <= width)
      line += fmt::format(" {}", word);
    else
      lines.emplace_back(word);
  }
  return lines;
}

}  // namespace tessera::deck
