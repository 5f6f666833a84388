#include <fmt/core.h>
#include <toml++/toml.h>

#include <algorithm>

#include "deck/document.hpp"
#include "deck/text.hpp"

namespace tessera::deck {

namespace {

constexpr std::size_t max_brackets = 32;

/// Finds what nests too deep: tables are taken apart by recursion, here and in the TOML library, which does not limit
/// how many parts a key has (a.b.c...). Follows strings and comments only as far as that needs; what is wrong in them,
/// the library finds.
class DepthScanner {
 public:
  explicit DepthScanner(std::string_view text) : text_(text) {}

  void check(int override_number) {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"' || c == '\'') {
        skip_string(c);
        continue;
      }
      if (c == '#') {
        skip_until("\n");
        continue;
      }
      if (c == '.' && ++num_dots_ >= max_key_parts)
        refuse("a key of more than {} parts", max_key_parts, override_number);
      if (std::string_view("\n=,[]{}").find(c) != std::string_view::npos) num_dots_ = 0;
      if ((c == '[' || c == '{') && ++num_open_ > max_brackets)
        refuse("values nested more than {} deep", max_brackets, override_number);
      if (c == ']' || c == '}') num_open_ = num_open_ == 0 ? 0 : num_open_ - 1;
      ++at_;
    }
  }

 private:
  void skip_until(std::string_view end) { at_ = std::min(text_.find(end, at_), text_.size()); }

  void skip_string(char quote) {
    const std::string triple(3, quote);
    const bool is_long = text_.substr(at_, 3) == triple;
    at_ += is_long ? 3 : 1;
    while (at_ < text_.size() && (is_long || text_[at_] != '\n')) {
      if (quote == '"' && text_[at_] == '\\') {
        at_ = std::min(at_ + 2, text_.size());
      } else if (is_long && text_.substr(at_, 3) == triple) {
        at_ += 3;
        for (int n = 0; n < 2 && at_ < text_.size() && text_[at_] == quote; ++n) ++at_;  // quotes of the text itself
        return;
      } else if (text_[at_++] == quote && !is_long) {
        return;
      }
    }
  }

  [[noreturn]] void refuse(std::string_view what, std::size_t limit, int override_number) const {
    throw SyntaxError({override_number, line(), column()}, fmt::format(fmt::runtime(what), limit));
  }

  int line() const { return 1 + static_cast<int>(std::count(text_.begin(), text_.begin() + at(), '\n')); }
  int column() const {
    const std::size_t newline = at_ == 0 ? std::string_view::npos : text_.rfind('\n', at_ - 1);
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    return 1 + static_cast<int>(count_characters(text_.substr(begin, at_ - begin)));
  }
  std::ptrdiff_t at() const { return static_cast<std::ptrdiff_t>(at_); }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t num_dots_ = 0, num_open_ = 0;
};

Position make_position(const toml::source_position& where, int override_number) {
  return {override_number, static_cast<int>(where.line), static_cast<int>(where.column)};
}

Node make_node(const toml::node& source, int override_number);

Table make_table(const toml::table& source, int override_number) {
  Table table;
  table.reserve(source.size());
  for (const auto& [key, value] : source)
    table.push_back({std::string(key.str()), make_position(key.source().begin, override_number),
                     make_node(value, override_number)});
  return table;
}

List make_list(const toml::array& source, int override_number) {
  List list;
  list.reserve(source.size());
  for (const auto& value : source) list.push_back(make_node(value, override_number));
  return list;
}

Node make_node(const toml::node& source, int override_number) {
  Node node;
  node.position = make_position(source.source().begin, override_number);
  if (const auto* table = source.as_table())
    node.value = make_table(*table, override_number);
  else if (const auto* list = source.as_array())
    node.value = make_list(*list, override_number);
  else if (const auto* text = source.as_string())
    node.value = text->get();
  else if (const auto* integer = source.as_integer())
    node.value = integer->get();
  else if (const auto* number = source.as_floating_point())
    node.value = number->get();
  else if (const auto* boolean = source.as_boolean())
    node.value = boolean->get();
  else
    node.value = Date{};
  return node;
}

/// The library's words, and what usually lies behind them.
std::string explain(std::string_view description) {
  constexpr std::string_view opening = "Error while parsing ";
  std::string text = description.starts_with(opening)
                         ? fmt::format("TOML syntax error in {}", description.substr(opening.size()))
                         : fmt::format("TOML syntax error: {}", description);
  const auto says = [&](std::string_view words) { return text.find(words) != std::string::npos; };
  if (says("in table header: cannot redefine"))
    text += "\na table [x] stands only once; of a list of tables, each begins with [[x]]";
  else if (says("cannot redefine"))
    text += "\na key is given only once";
  else if (says("utf-8"))
    text += "\nsave the deck as UTF-8";
  else if (says("in boolean: expected"))
    text += "\ntext stands in quotes: key = \"text\"";
  return text;
}

}  // namespace

Table parse_toml(std::string_view text, int override_number) {
  DepthScanner(text).check(override_number);
  try {
    return make_table(toml::parse(text, std::string_view()), override_number);
  } catch (const toml::parse_error& error) {
    throw SyntaxError(make_position(error.source().begin, override_number), explain(error.description()));
  }
}

}  // namespace tessera::deck
