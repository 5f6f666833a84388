#include "deck/document.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "deck/text.hpp"

namespace tessera::deck {

const Entry* find(const Table& table, std::string_view key) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Entry& entry) { return entry.key == key; });
  return found == table.end() ? nullptr : &*found;
}

Entry* find(Table& table, std::string_view key) {
  return const_cast<Entry*>(find(static_cast<const Table&>(table), key));
}

std::string say_what(const Node& node) {
  struct Namer {
    std::string operator()(bool value) const { return fmt::format("the boolean {}", value); }
    std::string operator()(std::int64_t value) const { return fmt::format("the integer {}", value); }
    std::string operator()(double value) const {
      const std::string text = fmt::format("{}", value);
      const bool looks_whole = text.find_first_not_of("-0123456789") == std::string::npos;
      return "the number " + text + (looks_whole ? ".0" : "");
    }
    std::string operator()(const std::string& value) const {
      return fmt::format("the string \"{}\"", printable(value));
    }
    std::string operator()(Date) const { return "a date or time"; }
    std::string operator()(const List&) const { return "a list"; }
    std::string operator()(const Table&) const { return "a table"; }
  };
  return std::visit(Namer{}, node.value);
}

std::vector<Table*> find_stages(Table& root) {
  Entry* entry = find(root, "stage");
  if (entry == nullptr) return {};
  if (auto* only = std::get_if<Table>(&entry->value.value)) return {only};
  std::vector<Table*> stages;
  if (auto* list = std::get_if<List>(&entry->value.value))
    for (Node& node : *list)
      if (auto* stage = std::get_if<Table>(&node.value)) stages.push_back(stage);
  return stages;
}

std::string stage_name(const Table& stage) {
  const Entry* name = find(stage, "name");
  const auto* text = name == nullptr ? nullptr : std::get_if<std::string>(&name->value.value);
  return text == nullptr ? "" : *text;
}

}  // namespace tessera::deck
