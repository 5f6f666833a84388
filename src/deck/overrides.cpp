#include "deck/overrides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "deck/text.hpp"

namespace tessera::deck {

namespace {

/// What keeps one override from being applied.
struct Refusal {
  std::string text;
};

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::vector<std::string> split_key(std::string_view key) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= key.size();) {
    const std::size_t end = std::min(key.find('.', begin), key.size());
    parts.emplace_back(key.substr(begin, end - begin));
    begin = end + 1;
    const bool is_bare = parts.back().find_first_not_of(
                             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "_-") == std::string::npos;
    if (parts.back().empty() || !is_bare || parts.size() > max_key_parts)
      throw Refusal{fmt::format("'{}' is not a key; expected <key>=<value> or <stage>.<key>=<value>", printable(key))};
  }
  return parts;
}

bool is_scalar(const Node& node) {
  return !std::holds_alternative<List>(node.value) && !std::holds_alternative<Table>(node.value);
}

Node parse_value(const std::string& text, int number) {
  Table table = parse_toml("value = " + text, number);
  if (table.size() != 1) throw Refusal{"expected one value"};
  return std::move(table.front().value);
}

Node make_value(const std::string& text, int number) {
  try {
    Node node = parse_value(text, number);
    if (is_scalar(node) && !std::holds_alternative<std::string>(node.value)) node.bare = text;
    return node;
  } catch (const SyntaxError& error) {
    if (!text.empty() && std::string_view("\"'[{").find(text.front()) != std::string_view::npos)
      throw Refusal{error.what()};
  }
  if (!is_utf8(text)) throw Refusal{"the value is not valid UTF-8"};
  return {text, {number, 1, 1}, ""};
}

/// The table that the first part of a key leads to; removes that part if it names a stage.
Table& find_start(Table& root, std::vector<std::string>& parts) {
  for (Table* stage : find_stages(root)) {
    if (stage_name(*stage) != parts.front()) continue;
    if (parts.size() > 1) {
      parts.erase(parts.begin());
      return *stage;
    }
    if (find(root, parts.front()) == nullptr)
      throw Refusal{fmt::format("'{0}' is a stage; expected {0}.<key>=<value>", parts.front())};
  }
  if (parts.front() == "stage") throw Refusal{"stages go by their names here: expected <stage name>.<key>=<value>"};
  return root;
}

Table& descend(Table& table, const std::string& part, const Position& position) {
  Entry* entry = find(table, part);
  if (entry == nullptr) {
    table.push_back({part, position, {Table{}, position, ""}});
    entry = &table.back();
  }
  if (auto* inner = std::get_if<Table>(&entry->value.value)) return *inner;
  if (std::holds_alternative<List>(entry->value.value))
    throw Refusal{
        fmt::format("'{}' is a list, and the command line does not reach its elements\nchange the deck, or "
                    "give the whole list at once",
                    part)};
  throw Refusal{fmt::format("'{}' is not a table", part)};
}

void apply(Table& root, const std::string& text, int number) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) throw Refusal{"expected <key>=<value> or <stage>.<key>=<value>"};
  const std::string key(trim(std::string_view(text).substr(0, equals)));
  std::vector<std::string> parts = split_key(key);
  Node value = make_value(std::string(trim(std::string_view(text).substr(equals + 1))), number);
  const Position position{number, 1, 1};
  Table* table = &find_start(root, parts);
  for (std::size_t n = 0; n + 1 < parts.size(); ++n) table = &descend(*table, parts[n], position);
  if (Entry* entry = find(*table, parts.back()))
    entry->value = std::move(value);
  else
    table->push_back({parts.back(), position, std::move(value)});
}

}  // namespace

void apply_overrides(Table& root, const std::vector<std::string>& overrides, Problems& problems) {
  for (std::size_t n = 0; n < overrides.size(); ++n) {
    const int number = static_cast<int>(n);
    try {
      apply(root, overrides[n], number);
    } catch (const Refusal& refusal) {
      problems.add({number, 1, 1}, refusal.text);
    }
  }
}

}  // namespace tessera::deck
