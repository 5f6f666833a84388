// Text forms of values: as TOML in effective decks, and made safe for messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::deck {

/// TOML that reads back as the same value. Numbers are in their shortest such form, and a double never looks like an
/// integer. Throws Error (internal) if a double is not finite: decks hold none.
std::string to_toml(double value);
std::string to_toml(std::int64_t value);
std::string to_toml(bool value);
std::string to_toml(std::string_view value);

template <class T>
std::string to_toml(const std::vector<T>& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : ", ") + to_toml(value);
  return "[" + text + "]";
}

/// Somebody's text for a message: not longer than a line, control characters and what is not UTF-8 escaped.
std::string printable(std::string_view text);

bool is_utf8(std::string_view text);

/// Characters, not bytes, of a text in UTF-8.
std::size_t count_characters(std::string_view text);

/// The words of a text in lines of at most `width` characters (longer words stand alone); at least one line.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

}  // namespace tessera::deck
