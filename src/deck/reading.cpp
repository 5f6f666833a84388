#include <fmt/format.h>

#include <algorithm>

#include "deck/reader.hpp"
#include "deck/text.hpp"

namespace tessera::deck {

namespace {

std::string join_path(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

/// A key that a table further out knows was written below the wrong header.
std::string say_misplaced(const std::string& key, const Visit& visit) {
  for (const Visit* outer = visit.parent; outer != nullptr; outer = outer->parent)
    if (outer->known.contains(key))
      return fmt::format("'{}' belongs to {}: write it above {}", key,
                         outer->place.name.empty() ? "the top level" : outer->place.name, visit.place.header());
  return "";
}

/// What an override took for a stage.
std::string say_no_stage(const std::string& name, const std::vector<std::string>& stages, const Visit& top) {
  std::vector<std::string> known = stages;
  for (const auto& key : top.known)
    if (key != "stage") known.push_back(key);
  return fmt::format("no stage or table of the top level is called '{}'\n{}", printable(name),
                     list_known("known", known, name));
}

std::string say_unknown(const Entry& entry, const Visit& visit) {
  const std::string key = printable(entry.key);
  const bool is_table = std::holds_alternative<Table>(entry.value.value);
  std::string text = is_table ? fmt::format("unknown table [{}]{}", join_path(visit.place.path, key), visit.place.owner)
                              : fmt::format("unknown key '{}' {}", key, visit.place.in());
  const std::string misplaced = say_misplaced(entry.key, visit);
  return text + "\n" + (misplaced.empty() ? list_known("known keys", visit.known_keys(), entry.key) : misplaced);
}

}  // namespace

Place Place::table(std::string_view key) const {
  const std::string inner = join_path(path, key);
  return {inner, owner, fmt::format("[{}]{}", inner, owner)};
}

Place Place::element(std::string_view key, std::size_t index) const {
  const std::string inner = join_path(path, key);
  return {inner, owner, fmt::format("[[{}]] number {}{}", inner, index + 1, owner)};
}

std::string Place::header() const {
  const bool is_element = path == "stage" || name.starts_with("[[");
  return is_element ? fmt::format("[[{}]]", path) : fmt::format("[{}]", path);
}

Visit& Reading::visit(const Table& table, const Place& place, const Visit* parent) {
  return visits.try_emplace(&table, Visit{place, parent, {}}).first->second;
}

void Reading::report_unknown_keys() {
  for (const auto& [table, visit] : visits)
    for (const Entry& entry : *table) {
      if (visit.known.contains(entry.key)) continue;
      const bool seeks_stage = visit.place.name.empty() && entry.position.override_number >= 0 &&
                               std::holds_alternative<Table>(entry.value.value);
      problems.add(entry.position,
                   seeks_stage ? say_no_stage(entry.key, stage_names, visit) : say_unknown(entry, visit));
    }
}

}  // namespace tessera::deck
