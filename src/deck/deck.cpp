#include "deck/deck.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "base/agree.hpp"
#include "deck/convert.hpp"
#include "deck/document.hpp"
#include "deck/likeness.hpp"
#include "deck/overrides.hpp"
#include "deck/reader.hpp"
#include "deck/text.hpp"

namespace tessera::deck {

namespace {

constexpr std::size_t max_deck_bytes = std::size_t{1} << 20;
constexpr std::size_t max_name_length = 64;

std::string read_text(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    throw Error::input(fmt::format("{}: is a folder; expected a deck, which is a TOML file", path));
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream)
    throw Error::input(fmt::format("{}: the deck cannot be read: {}", path, std::system_category().message(errno)));
  std::string text(max_deck_bytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) throw Error::io(fmt::format("{}: the deck cannot be read to its end", path));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > max_deck_bytes)
    throw Error::input(fmt::format("{}: is larger than a deck may be ({} bytes); put data into files of their own",
                                   path, max_deck_bytes));
  return text;
}

Table parse_deck(std::string_view text, const std::string& path) {
  try {
    return parse_toml(text);
  } catch (const SyntaxError& error) {
    Problems problem(path, {});
    problem.add(error.position, error.what());
    throw Error::input(problem.text());
  }
}

/// A stage's folder in the run folder bears its name, beside these.
bool is_taken(std::string_view name) { return name == "checkpoint" || name == "stop"; }

std::string find_name_fault(const std::string& name) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  if (name.size() > max_name_length || name.find_first_not_of(allowed) != std::string::npos)
    return fmt::format("stage name \"{}\" cannot be the name of a folder\nexpected up to {} letters, digits, _ and -",
                       printable(name), max_name_length);
  if (is_taken(name)) return fmt::format("stage name \"{}\" is taken: a run keeps a file of that name", name);
  return "";
}

std::string say_stage(const std::string& name, std::size_t n) {
  return name.empty() ? fmt::format("stage number {}", n + 1) : fmt::format("stage \"{}\"", printable(name));
}

/// The first entry of that key and text in the tables of a table; nullptr if there is none.
const Entry* find_inside(const Table& table, std::string_view key, std::string_view text) {
  for (const Entry& entry : table) {
    if (entry.key == key)
      if (const auto* value = std::get_if<std::string>(&entry.value.value); value != nullptr && *value == text)
        return &entry;
    if (const auto* inner = std::get_if<Table>(&entry.value.value))
      if (const Entry* found = find_inside(*inner, key, text)) return found;
    if (const auto* list = std::get_if<List>(&entry.value.value))
      for (const Node& node : *list)
        if (const auto* inner = std::get_if<Table>(&node.value))
          if (const Entry* found = find_inside(*inner, key, text)) return found;
  }
  return nullptr;
}

}  // namespace

struct Deck::Impl {
  std::string path;
  std::optional<Comm> comm;
  Table root;
  Reading reading;
  struct StageTable {
    const Table* table = nullptr;
    Position position;
    Place place;
    std::set<std::string, std::less<>> faulty;  ///< of name and type
  };
  std::vector<StageTable> tables;
  std::vector<StageHead> heads;

  Impl(std::string_view text, std::string deck_path, const std::vector<std::string>& overrides)
      : path(std::move(deck_path)),
        root(parse_deck(text, path)),
        reading{std::filesystem::path(path).parent_path().string(), Problems(path, overrides), {}, {}, 0} {
    apply_overrides(root, overrides, reading.problems);
    resolve_likeness(root, reading.problems);
    find_tables();
    for (std::size_t n = 0; n < tables.size(); ++n) read_head(n);
    report_duplicates();
    for (const auto& head : heads) reading.stage_names.push_back(head.name);
  }

  void find_tables() {
    const Entry* entry = find(root, "stage");
    if (entry == nullptr)
      return reading.problems.add({}, "the deck has no stage\neach begins with [[stage]], a name and a type");
    if (const auto* only = std::get_if<Table>(&entry->value.value)) {
      reading.problems.add(entry->position, "stages are a list of tables\nwrite [[stage]] instead of [stage]");
      tables.push_back({only, entry->position, {}, {}});
    } else if (const auto* list = std::get_if<List>(&entry->value.value); list != nullptr && !list->empty()) {
      for (const Node& node : *list) add_table(node);
    } else {
      reading.problems.add(entry->position,
                           fmt::format("expected stages, got {}\neach begins with [[stage]], a name and a type",
                                       list == nullptr ? say_what(entry->value) : "an empty list"));
    }
  }

  void add_table(const Node& node) {
    if (const auto* table = std::get_if<Table>(&node.value))
      tables.push_back({table, node.position, {}, {}});
    else
      reading.problems.add(node.position, fmt::format("expected a [[stage]], got {}", say_what(node)));
  }

  void read_head(std::size_t n) {
    StageHead head;
    head.name = read_word(n, "name", "stage number " + std::to_string(n + 1));
    const Entry* name = find(*tables[n].table, "name");
    if (!tables[n].faulty.contains("name"))
      if (const std::string fault = find_name_fault(head.name); !fault.empty()) {
        reading.problems.add(name->value.position, fault);
        tables[n].faulty.emplace("name");
      }
    const std::string stage = say_stage(head.name, n);
    tables[n].place = {"stage", " of " + stage, stage};
    head.type = read_word(n, "type", stage);
    heads.push_back(std::move(head));
  }

  std::string read_word(std::size_t n, std::string_view key, const std::string& stage) {
    const Entry* entry = find(*tables[n].table, key);
    std::string word;
    std::string wrong;
    if (entry == nullptr)
      reading.problems.add(tables[n].position, fmt::format("{} has no {}\nwrite {} = \"...\"", stage, key, key));
    else if (wrong = convert(entry->value, word); !wrong.empty())
      reading.problems.add(entry->value.position, fmt::format("key '{}' in {}: {}", key, stage, wrong));
    else if (word.empty())
      reading.problems.add(entry->value.position, fmt::format("the {} of {} is empty", key, stage));
    if (word.empty()) tables[n].faulty.emplace(key);
    return word;
  }

  void report_duplicates() {
    std::map<std::string, std::size_t> first;
    for (std::size_t n = 0; n < heads.size(); ++n) {
      if (heads[n].name.empty()) continue;
      const auto [found, is_new] = first.emplace(heads[n].name, n);
      if (is_new) continue;
      const Position& here = find(*tables[n].table, "name")->value.position;
      reading.problems.add(here, fmt::format("stage name \"{}\" is that of stage number {} already\n"
                                             "results of a stage lie in the folder of its name: find another",
                                             printable(heads[n].name), found->second + 1));
    }
  }

  /// nullptr if the top level was not read.
  const Visit* find_top() const {
    const auto found = reading.visits.find(&root);
    return found == reading.visits.end() ? nullptr : &found->second;
  }
};

Deck::Deck(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Deck::Deck(Deck&&) noexcept = default;
Deck& Deck::operator=(Deck&&) noexcept = default;
Deck::~Deck() = default;

Deck Deck::load(const Comm& comm, const std::string& path, const std::vector<std::string>& overrides) {
  std::string text;
  agree(comm, [&] {
    if (comm.is_root()) text = read_text(path);
  });
  comm.broadcast(text);
  Deck deck = parse(text, path, overrides);
  deck.impl_->comm = comm;
  return deck;
}

Deck Deck::parse(std::string_view text, const std::string& path, const std::vector<std::string>& overrides) {
  return Deck(std::make_unique<Impl>(text, path, overrides));
}

const std::string& Deck::path() const { return impl_->path; }

const std::vector<Deck::StageHead>& Deck::stages() const { return impl_->heads; }

void Deck::read_top(const std::function<void(Binder&)>& bind_top) {
  impl_->reading.visit(impl_->root, {}, nullptr).known.emplace("stage");
  Reader reader(impl_->reading, &impl_->root, {}, {}, nullptr);
  bind_top(reader);
}

void Deck::read_stage(std::size_t n, const std::function<void(Binder&)>& bind_stage) {
  const auto& stage = impl_->tables.at(n);
  Visit& visit = impl_->reading.visit(*stage.table, stage.place, impl_->find_top());
  visit.known.insert({"name", "type"});
  Reader reader(impl_->reading, stage.table, stage.place, stage.position, &visit);
  bind_stage(reader);
}

void Deck::report_stage(std::size_t n, std::string_view key, const std::string& message, std::string_view value) {
  const auto& stage = impl_->tables.at(n);
  if (stage.faulty.contains(key)) return;
  const Entry* entry = find(*stage.table, key);
  if (entry == nullptr && !value.empty()) entry = find_inside(*stage.table, key, value);
  impl_->reading.problems.add(entry == nullptr ? stage.position : entry->value.position,
                              fmt::format("key '{}' in {}: {}", key, stage.place.name, message));
}

void Deck::finish() {
  Reading& reading = impl_->reading;
  reading.report_unknown_keys();
  const auto throw_problems = [&] {
    if (!reading.problems.empty()) throw Error::input(reading.problems.text());
  };
  if (impl_->comm)
    agree(*impl_->comm, throw_problems);
  else
    throw_problems();
}

}  // namespace tessera::deck
