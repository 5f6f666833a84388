#include "deck/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "deck/convert.hpp"
#include "deck/text.hpp"

namespace tessera::deck {

namespace {

constexpr std::size_t max_list_size = std::size_t{1} << 20;

std::string explain_field(const std::string& expected, Doc doc) {
  return fmt::format("expected {}: {}{}", expected, doc.meaning,
                     doc.unit.empty() ? "" : fmt::format(" ({})", doc.unit));
}

}  // namespace

Reader::Reader(Reading& reading, const Table* table, Place place, const Position& position, const Visit* parent)
    : reading_(reading),
      table_(table),
      place_(std::move(place)),
      position_(position),
      visit_(table == nullptr ? nullptr : &reading.visit(*table, place_, parent)),
      failures_before_(reading.num_failures) {}

void Reader::fail(const Position& position, std::string_view key, const std::string& text) {
  reading_.problems.add(position, fmt::format("key '{}' {}: {}", key, place_.in(), text));
  ++reading_.num_failures;
}

const Entry* Reader::look_up(std::string_view key, const std::string& expected, Doc doc) {
  if (visit_ != nullptr) visit_->known.emplace(key);
  const Entry* entry = table_ == nullptr ? nullptr : find(*table_, key);
  if (entry == nullptr && required_.contains(key)) {
    reading_.problems.add(position_,
                          fmt::format("missing key '{}' {}\n{}", key, place_.in(), explain_field(expected, doc)));
    ++reading_.num_failures;
  }
  return entry;
}

template <class T, class Convert>
void Reader::read(std::string_view key, T& field, const std::string& expected, Doc doc, const Convert& convert_node) {
  const Entry* entry = look_up(key, expected, doc);
  if (entry == nullptr) return;
  const std::string wrong = convert_node(entry->value, field);
  if (!wrong.empty()) fail(entry->value.position, key, wrong);
}

void Reader::value(std::string_view key, double& field, Limits limits, Doc doc) {
  read(key, field, "a number" + say_limits(limits), doc,
       [&](const Node& node, double& result) { return convert(node, limits, result); });
}

void Reader::value(std::string_view key, std::int64_t& field, Limits limits, Doc doc) {
  read(key, field, "an integer" + say_limits(limits), doc,
       [&](const Node& node, std::int64_t& result) { return convert(node, limits, result); });
}

void Reader::value(std::string_view key, bool& field, Doc doc) {
  read(key, field, "true or false", doc, [](const Node& node, bool& result) { return convert(node, result); });
}

void Reader::value(std::string_view key, std::string& field, Doc doc) {
  read(key, field, "a string", doc, [](const Node& node, std::string& result) { return convert(node, result); });
}

void Reader::value(std::string_view key, std::optional<double>& field, Limits limits, Doc doc) {
  double number = 0.0;
  read(key, field, "a number" + say_limits(limits), doc, [&](const Node& node, std::optional<double>& result) {
    std::string wrong = convert(node, limits, number);
    if (wrong.empty()) result = number;
    return wrong;
  });
}

void Reader::value(std::string_view key, std::optional<std::int64_t>& field, Limits limits, Doc doc) {
  std::int64_t number = 0;
  read(key, field, "an integer" + say_limits(limits), doc, [&](const Node& node, std::optional<std::int64_t>& result) {
    std::string wrong = convert(node, limits, number);
    if (wrong.empty()) result = number;
    return wrong;
  });
}

template <class T, class Convert>
void Reader::read_list(std::string_view key, std::vector<T>& field, std::size_t size, const std::string& expected,
                       Doc doc, const Convert& convert_node) {
  const Entry* entry = look_up(key, expected, doc);
  if (entry == nullptr) return;
  const auto* list = std::get_if<List>(&entry->value.value);
  if (list == nullptr)
    return fail(entry->value.position, key, fmt::format("expected {}, got {}", expected, say_what(entry->value)));
  if (size != 0 && list->size() != size)
    return fail(entry->value.position, key, fmt::format("expected {}, got {} elements", expected, list->size()));
  if (list->size() > max_list_size)
    return fail(entry->value.position, key,
                fmt::format("{} elements are too many; a list has at most {}", list->size(), max_list_size));
  std::vector<T> result(list->size());
  for (std::size_t n = 0; n < list->size(); ++n) {
    const std::string wrong = convert_node((*list)[n], result[n]);
    if (!wrong.empty()) return fail((*list)[n].position, key, fmt::format("element {}: {}", n + 1, wrong));
  }
  field = std::move(result);
}

void Reader::list(std::string_view key, std::vector<double>& field, std::size_t size, Limits limits, Doc doc) {
  read_list(key, field, size, say_list(size, "numbers", limits), doc,
            [&](const Node& node, double& result) { return convert(node, limits, result); });
}

void Reader::list(std::string_view key, std::vector<std::int64_t>& field, std::size_t size, Limits limits, Doc doc) {
  read_list(key, field, size, say_list(size, "integers", limits), doc,
            [&](const Node& node, std::int64_t& result) { return convert(node, limits, result); });
}

void Reader::list(std::string_view key, std::vector<std::string>& field, std::size_t size, Doc doc) {
  read_list(key, field, size, say_list(size, "strings", any), doc,
            [](const Node& node, std::string& result) { return convert(node, result); });
}

void Reader::file(std::string_view key, std::string& field, Doc doc) {
  read(key, field, "the name of a file", doc,
       [&](const Node& node, std::string& result) { return convert_file(node, reading_.folder, result); });
  // That it is missing has been said; keys that go with a file are in order all the same.
  if (field.empty() && has(key)) field = "(missing)";
}

void Reader::formula(std::string_view key, std::string& field, const FormulaNames& names, Doc doc) {
  read(key, field, "a formula" + say_names(names), doc,
       [&](const Node& node, std::string& result) { return convert_formula(node, names, result); });
}

void Reader::formulas(std::string_view key, std::vector<std::string>& field, std::size_t size,
                      const FormulaNames& names, Doc doc) {
  read_list(key, field, size, say_list(size, "formulas", any) + say_names(names), doc,
            [&](const Node& node, std::string& result) { return convert_formula(node, names, result); });
}

void Reader::choose(std::string_view key, std::size_t& index, const std::vector<std::string_view>& names, Doc doc) {
  const std::vector<std::string> allowed(names.begin(), names.end());
  const std::string expected = fmt::format("one of {}", fmt::join(allowed, ", "));
  read(key, index, expected, doc, [&](const Node& node, std::size_t& result) -> std::string {
    std::string name;
    if (!convert(node, name).empty()) return fmt::format("expected {}, got {}", expected, say_what(node));
    const auto found = std::find(allowed.begin(), allowed.end(), name);
    if (found == allowed.end())
      return fmt::format("unknown value '{}'\n{}", printable(name), list_known("allowed", allowed, name));
    result = static_cast<std::size_t>(found - allowed.begin());
    return "";
  });
}

bool Reader::has(std::string_view key) const { return table_ != nullptr && find(*table_, key) != nullptr; }

void Reader::check(bool holds, std::string_view key, const std::string& message) {
  // What could not be read has its default, and rules about that would mislead.
  if (holds || reading_.num_failures != failures_before_) return;
  const Entry* entry = table_ == nullptr ? nullptr : find(*table_, key);
  reading_.problems.add(entry == nullptr ? position_ : entry->position,
                        fmt::format("key '{}'{}{}: {}", key, place_.name.empty() ? "" : " in ", place_.name, message));
}

std::unique_ptr<Binder> Reader::enter(std::string_view key, Doc doc) {
  const Place place = place_.table(key);
  const Entry* entry = look_up(key, "a table", doc);
  if (entry == nullptr) return std::make_unique<Reader>(reading_, nullptr, place, position_, visit_);
  const auto* table = std::get_if<Table>(&entry->value.value);
  if (table != nullptr) return std::make_unique<Reader>(reading_, table, place, entry->value.position, visit_);
  const bool is_list = std::holds_alternative<List>(entry->value.value);
  fail(entry->value.position, key,
       fmt::format("expected a table, got {}\nwrite [{}]{}", say_what(entry->value), place.path,
                   is_list ? ", only once" : " and its keys below"));
  return nullptr;
}

std::unique_ptr<Binder> Reader::enter_optional(std::string_view key, bool /*present*/, Doc doc) {
  if (has(key)) return enter(key, doc);
  look_up(key, "a table", doc);
  return nullptr;
}

std::size_t Reader::count_tables(std::string_view key, std::size_t count, Doc doc) {
  const Entry* entry = look_up(key, "a list of tables", doc);
  if (entry == nullptr) return count;
  const auto* list = std::get_if<List>(&entry->value.value);
  const bool are_tables = list != nullptr && std::all_of(list->begin(), list->end(), [](const Node& node) {
                            return std::holds_alternative<Table>(node.value);
                          });
  if (are_tables) return list->size();
  fail(entry->value.position, key,
       fmt::format("expected a list of tables, got {}\nwrite [[{}]] before the keys of each",
                   list == nullptr ? say_what(entry->value) : "a list of something else", place_.table(key).path));
  return count;
}

std::unique_ptr<Binder> Reader::enter_element(std::string_view key, std::size_t index) {
  const Entry* entry = table_ == nullptr ? nullptr : find(*table_, key);
  const auto* list = entry == nullptr ? nullptr : std::get_if<List>(&entry->value.value);
  if (list == nullptr || index >= list->size()) return nullptr;
  const Node& node = (*list)[index];
  const auto* table = std::get_if<Table>(&node.value);
  if (table == nullptr) return nullptr;
  return std::make_unique<Reader>(reading_, table, place_.element(key, index), node.position, visit_);
}

}  // namespace tessera::deck
