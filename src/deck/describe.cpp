#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <memory>
#include <utility>

#include "deck/convert.hpp"
#include "deck/deck.hpp"
#include "deck/text.hpp"

namespace tessera::deck {

namespace {

constexpr std::size_t page_width = 100, indent = 2, gap = 2, good_meaning_width = 38, min_meaning_width = 20;

constexpr std::size_t num_columns = 5;
using Row = std::array<std::string, num_columns>;
constexpr std::array<std::string_view, num_columns> column_names{"key", "type", "unit", "default", "meaning"};
using Widths = std::array<std::size_t, num_columns>;

struct Section {
  std::string header, remark;
  std::string path;
  std::vector<Row> rows;
  std::vector<std::unique_ptr<Section>> inner;
};

constexpr char unbroken_space = '\x1f';  // within a cell; printed as a space

/// Limits and bars stay beside what they belong to when a type is broken into lines.
std::string keep_together(std::string type) {
  constexpr std::array<std::string_view, 8> phrases{" > ", " >= ", " < ", " <= ", " and ", " from ", " to ", " |"};
  for (const auto& phrase : phrases)
    for (std::size_t at = 0; (at = type.find(phrase, at)) != std::string::npos; at += phrase.size()) {
      const bool binds_before = phrase == " to " || phrase == " |";
      if (binds_before) type[at] = unbroken_space;
      if (phrase.back() == ' ') type[at + phrase.size() - 1] = unbroken_space;
    }
  return type;
}

/// Types take what room the meanings leave.
Widths find_widths(const std::vector<Row>& rows) {
  Widths widths{};
  std::size_t used = 0;
  for (const std::size_t type_limit : {30, 26, 22, 18, 14}) {
    const Widths limits{24, type_limit, 12, 14, 0};
    used = indent;
    for (std::size_t c = 0; c + 1 < num_columns; ++c) {
      widths[c] = column_names[c].size();
      for (const Row& row : rows)
        for (const auto& line : wrap(row[c], limits[c])) widths[c] = std::max(widths[c], count_characters(line));
      used += widths[c] + gap;
    }
    if (used + good_meaning_width <= page_width) break;
  }
  widths.back() = std::max(min_meaning_width, page_width - std::min(used, page_width));
  return widths;
}

std::string print_row(const Row& row, const Widths& widths) {
  std::array<std::vector<std::string>, num_columns> cells;
  std::size_t height = 0;
  for (std::size_t c = 0; c < num_columns; ++c) {
    cells[c] = wrap(row[c], widths[c]);
    height = std::max(height, cells[c].size());
  }
  std::string text;
  for (std::size_t n = 0; n < height; ++n) {
    std::string line(indent, ' ');
    for (std::size_t c = 0; c < num_columns; ++c) {
      const std::string cell = n < cells[c].size() ? cells[c][n] : "";
      const std::size_t length = count_characters(cell);
      line += cell + std::string((length < widths[c] ? widths[c] - length : 0) + gap, ' ');
    }
    std::replace(line.begin(), line.end(), unbroken_space, ' ');
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string print_header(const Section& section) {
  if (section.header.empty()) return "";
  std::string text = section.header;
  for (const auto& line : wrap(section.remark, page_width - indent))
    if (!line.empty()) text += "\n" + std::string(indent, ' ') + line;
  return text + "\n";
}

std::string print(const Section& section) {
  std::string text = "\n" + print_header(section);
  if (!section.rows.empty()) {
    const Widths widths = find_widths(section.rows);
    Row names;
    std::copy(column_names.begin(), column_names.end(), names.begin());
    text += print_row(names, widths);
    Row rules;
    for (std::size_t c = 0; c < num_columns; ++c) rules[c] = std::string(column_names[c].size(), '-');
    text += print_row(rules, widths);
    for (const Row& row : section.rows) text += print_row(row, widths);
  }
  for (const auto& inner : section.inner) text += print(*inner);
  return text;
}

/// Limits of the type int say nothing.
Limits drop_int_range(Limits limits) {
  if (limits.low == std::numeric_limits<int>::min()) limits.low = any.low;
  if (limits.high == std::numeric_limits<int>::max()) limits.high = any.high;
  return limits;
}

class Describer final : public Binder {
 public:
  explicit Describer(Section& section) : section_(section) {}

  using Binder::value;
  void value(std::string_view key, double& field, Limits limits, Doc doc) override {
    put(key, "number" + say_limits(limits), to_toml(field), doc);
  }
  void value(std::string_view key, std::int64_t& field, Limits limits, Doc doc) override {
    put(key, "integer" + say_limits(drop_int_range(limits)), to_toml(field), doc);
  }
  void value(std::string_view key, bool& field, Doc doc) override { put(key, "true | false", to_toml(field), doc); }
  void value(std::string_view key, std::string& field, Doc doc) override {
    put(key, "string", field.empty() ? "" : to_toml(std::string_view(field)), doc);
  }
  void value(std::string_view key, std::optional<double>& field, Limits limits, Doc doc) override {
    put(key, "number" + say_limits(limits), field ? to_toml(*field) : "", doc);
  }
  void value(std::string_view key, std::optional<std::int64_t>& field, Limits limits, Doc doc) override {
    put(key, "integer" + say_limits(limits), field ? to_toml(*field) : "", doc);
  }
  void list(std::string_view key, std::vector<double>& field, std::size_t size, Limits limits, Doc doc) override {
    put_list(key, field, say_items(size, "numbers", limits), doc);
  }
  void list(std::string_view key, std::vector<std::int64_t>& field, std::size_t size, Limits limits, Doc doc) override {
    put_list(key, field, say_items(size, "integers", limits), doc);
  }
  void list(std::string_view key, std::vector<std::string>& field, std::size_t size, Doc doc) override {
    put_list(key, std::vector<std::string_view>(field.begin(), field.end()), say_items(size, "strings", any), doc);
  }
  void file(std::string_view key, std::string& field, Doc doc) override {
    put(key, "file", field.empty() ? "" : to_toml(std::string_view(field)), doc);
  }
  void formula(std::string_view key, std::string& field, const FormulaNames& names, Doc doc) override {
    put(key, "formula" + say_names(names), field.empty() ? "" : to_toml(std::string_view(field)), doc);
  }
  void formulas(std::string_view key, std::vector<std::string>& field, std::size_t size, const FormulaNames& names,
                Doc doc) override {
    put_list(key, std::vector<std::string_view>(field.begin(), field.end()),
             say_items(size, "formulas", any) + say_names(names), doc);
  }
  void required(std::string_view key) override { required_.emplace_back(key); }
  bool has(std::string_view) const override { return true; }
  void check(bool, std::string_view, const std::string&) override {}
  bool is_describing() const override { return true; }

 protected:
  void choose(std::string_view key, std::size_t& index, const std::vector<std::string_view>& names, Doc doc) override {
    put(key, fmt::format("{}", fmt::join(names, " | ")), to_toml(names.at(index)), doc);
  }
  std::unique_ptr<Binder> enter(std::string_view key, Doc doc) override {
    return add(key, is_required(key) ? "required: " : "", doc, false);
  }
  std::unique_ptr<Binder> enter_optional(std::string_view key, bool, Doc doc) override {
    return add(key, is_required(key) ? "required: " : "optional: ", doc, false);
  }
  std::size_t count_tables(std::string_view, std::size_t count, Doc doc) override {
    tables_doc_ = doc;
    return count;
  }
  std::unique_ptr<Binder> enter_element(std::string_view key, std::size_t) override {
    return add(key, is_required(key) ? "one or more: " : "any number of them: ", tables_doc_, true);
  }

 private:
  static std::string say_items(std::size_t size, std::string_view plural, const Limits& limits) {
    return size == 0 ? fmt::format("list of {}{}", plural, say_limits(limits))
                     : fmt::format("{} {}{}", size, plural, say_limits(limits));
  }
  bool is_required(std::string_view key) const {
    return std::find(required_.begin(), required_.end(), key) != required_.end();
  }
  void put(std::string_view key, const std::string& type, const std::string& fallback, Doc doc) {
    section_.rows.push_back({std::string(key), keep_together(type), std::string(doc.unit),
                             is_required(key)   ? "required"
                             : fallback.empty() ? "none"
                                                : fallback,
                             std::string(doc.meaning)});
  }
  template <class T>
  void put_list(std::string_view key, const std::vector<T>& field, const std::string& type, Doc doc) {
    put(key, type, field.empty() ? "" : to_toml(field), doc);
  }
  std::unique_ptr<Binder> add(std::string_view key, std::string_view remark, Doc doc, bool is_element) {
    auto section = std::make_unique<Section>();
    section->path = section_.path.empty() ? std::string(key) : fmt::format("{}.{}", section_.path, key);
    section->header = is_element ? fmt::format("[[{}]]", section->path) : fmt::format("[{}]", section->path);
    section->remark = fmt::format("{}{}", remark, doc.meaning);
    section_.inner.push_back(std::move(section));
    return std::make_unique<Describer>(*section_.inner.back());
  }

  Section& section_;
  std::vector<std::string> required_;
  Doc tables_doc_{};
};

}  // namespace

std::string describe(std::string_view title, std::string_view summary, const std::function<void(Binder&)>& bind_all,
                     std::string_view table) {
  Section section;
  if (!table.empty()) {
    section.path = table;
    section.header = fmt::format("[[{}]]", table);
    section.rows.push_back({"name", "string", "", "required", "what the stage and its folder of results are called"});
    section.rows.push_back({"type", to_toml(title), "", "required", "the kind of stage"});
    section.rows.push_back({"like", "string", "", "none", "stage whose keys it has besides its own"});
    section.rows.push_back({"without", "list of strings", "", "none", "those of them that it does not have"});
  }
  Describer describer(section);
  bind_all(describer);
  std::string text = fmt::format("{}\n", title);
  for (const auto& line : wrap(summary, page_width)) text += line + "\n";
  return text + print(section);
}

}  // namespace tessera::deck
