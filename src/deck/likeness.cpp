#include "deck/likeness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "deck/text.hpp"

namespace tessera::deck {

namespace {

/// The entry of a key, which is no longer in the table.
std::optional<Entry> take(Table& table, std::string_view key) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Entry& entry) { return entry.key == key; });
  if (found == table.end()) return std::nullopt;
  Entry entry = std::move(*found);
  table.erase(found);
  return entry;
}

void merge(Table& table, const Table& model) {
  for (const Entry& entry : model) {
    Entry* own = find(table, entry.key);
    if (own == nullptr) {
      table.push_back(entry);
      continue;
    }
    auto* inner = std::get_if<Table>(&own->value.value);
    const auto* other = std::get_if<Table>(&entry.value.value);
    if (inner != nullptr && other != nullptr) merge(*inner, *other);
  }
}

/// Takes what `without` lists out of what is taken over.
void leave_out(Table& model, const Entry& without, Problems& problems) {
  const auto* list = std::get_if<List>(&without.value.value);
  if (list == nullptr)
    return problems.add(without.value.position,
                        fmt::format("key 'without': expected a list of keys, got {}", say_what(without.value)));
  for (const Node& node : *list) {
    const auto* key = std::get_if<std::string>(&node.value);
    if (key == nullptr) {
      problems.add(node.position, fmt::format("key 'without': expected the name of a key, got {}", say_what(node)));
    } else if (!take(model, *key)) {
      std::vector<std::string> known;
      for (const Entry& entry : model) known.push_back(entry.key);
      problems.add(node.position, fmt::format("the stage that this one is like has no key '{}'\n{}", printable(*key),
                                              list_known("its keys", known, *key)));
    }
  }
}

}  // namespace

void resolve_likeness(Table& root, Problems& problems) {
  const std::vector<Table*> stages = find_stages(root);
  for (std::size_t n = 0; n < stages.size(); ++n) {
    Table& stage = *stages[n];
    const auto like = take(stage, "like"), without = take(stage, "without");
    if (!like) {
      if (without) problems.add(without->position, "key 'without' means nothing without 'like'");
      continue;
    }
    const auto* name = std::get_if<std::string>(&like->value.value);
    if (name == nullptr) {
      problems.add(like->value.position,
                   fmt::format("key 'like': expected the name of an earlier stage, got {}", say_what(like->value)));
      continue;
    }
    std::vector<std::string> earlier;
    const Table* found = nullptr;
    for (std::size_t k = 0; k < n; ++k) {
      earlier.push_back(stage_name(*stages[k]));
      if (earlier.back() == *name) found = stages[k];
    }
    if (found == nullptr) {
      problems.add(like->value.position, fmt::format("there is no stage \"{}\" before this one\n{}", printable(*name),
                                                     list_known("earlier stages", earlier, *name)));
      continue;
    }
    Table model = *found;
    take(model, "name");
    if (without) leave_out(model, *without, problems);
    merge(stage, model);
  }
}

}  // namespace tessera::deck
