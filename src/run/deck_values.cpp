#include "run/deck_values.hpp"

#include <fmt/format.h>

#include <set>
#include <sstream>
#include <string_view>

namespace tessera::run {

namespace {

/// Follows the headers of the tables and knows what the keys below them are called.
class Place {
 public:
  void enter(const std::string& header) {
    const bool is_element = header.starts_with("[[");
    const std::size_t brackets = is_element ? 2 : 1;
    const std::string path = header.substr(brackets, header.size() - 2 * brackets);
    if (path == "stage") {
      stage_.clear();
      prefix_.clear();
      counts_.clear();
      return;
    }
    const bool in_stage = path.starts_with("stage.");
    prefix_ = (in_stage ? stage_ + path.substr(5) : path);
    if (is_element && ++counts_[path] > 1) prefix_ += fmt::format("[{}]", counts_[path]);
    prefix_ += ".";
  }
  std::string name(const std::string& key) const { return prefix_ + key; }
  void name_stage(const std::string& quoted) {
    stage_ = quoted.substr(1, quoted.size() - 2);
    prefix_ = stage_ + ".";
  }
  bool is_unnamed_stage(const std::string& key) const { return prefix_.empty() && key == "name"; }

 private:
  std::string stage_, prefix_;
  std::map<std::string, int> counts_;
};

bool is_free(const std::string& name) {
  static const std::set<std::string_view> top{"title", "members", "wall_limit", "checkpoint.every",
                                              "checkpoint.minutes"};
  if (top.contains(name)) return true;
  const auto dot = name.find('.');
  const auto key = dot == std::string::npos ? std::string_view() : std::string_view(name).substr(dot + 1);
  return key == "steps" || key.starts_with("output.") || key.starts_with("balance.");
}

}  // namespace

std::map<std::string, std::string> deck_values(const std::string& effective_deck) {
  std::map<std::string, std::string> values;
  Place place;
  std::istringstream lines(effective_deck);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == '[') {
      place.enter(line);
      continue;
    }
    const auto equals = line.find(" = ");
    if (equals == std::string::npos) continue;
    const std::string key = line.substr(0, line.find_last_not_of(' ', equals) + 1), value = line.substr(equals + 3);
    if (place.is_unnamed_stage(key)) place.name_stage(value);
    values[place.name(key)] = value;
  }
  return values;
}

std::vector<std::string> changed_values(const std::string& before, const std::string& now) {
  const auto old_values = deck_values(before);
  std::vector<std::string> changes;
  for (const auto& [name, value] : deck_values(now)) {
    const auto found = old_values.find(name);
    const bool is_new = found == old_values.end();
    if (is_new ? value != "[]" && value != "\"\"" : found->second != value)
      changes.push_back(fmt::format("{} = {}", name, value));
  }
  return changes;
}

std::vector<std::string> physics_changes(const std::string& before, const std::string& now) {
  const auto old_values = deck_values(before), new_values = deck_values(now);
  std::set<std::string> names;
  for (const auto& [name, value] : old_values) names.insert(name);
  for (const auto& [name, value] : new_values) names.insert(name);
  const auto value_of = [](const auto& values, const std::string& name) {
    const auto found = values.find(name);
    return found == values.end() ? std::string("absent") : found->second;
  };
  std::vector<std::string> changes;
  for (const auto& name : names) {
    const auto was = value_of(old_values, name), would_be = value_of(new_values, name);
    if (was != would_be && !is_free(name))
      changes.push_back(fmt::format("{} was {} and would be {}", name, was, would_be));
  }
  return changes;
}

}  // namespace tessera::run
