// What a deck says, as a tree of values that know where they stand. The TOML library stays in parse.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

namespace tessera::deck {

/// A place in the file, or an override of the command line. Ordered: the file first, then the overrides.
struct Position {
  int override_number = -1;  ///< negative: in the file
  int line = 1, column = 1;  ///< from 1; columns count characters
  bool operator==(const Position&) const = default;
  bool operator<(const Position& other) const {
    return std::tie(override_number, line, column) < std::tie(other.override_number, other.line, other.column);
  }
};

struct Node;
struct Entry;
struct Date {};  ///< dates and times: TOML has them, decks do not
using List = std::vector<Node>;
using Table = std::vector<Entry>;

struct Node {
  std::variant<bool, std::int64_t, double, std::string, Date, List, Table> value;
  Position position;
  std::string bare;  ///< a value that the command line gave without quotes, as it was written
};

struct Entry {
  std::string key;
  Position position;  ///< of the key
  Node value;
};

/// Deeper keys (a.b.c...) are refused.
inline constexpr std::size_t max_key_parts = 16;

/// nullptr if there is no such key.
const Entry* find(const Table& table, std::string_view key);
Entry* find(Table& table, std::string_view key);

/// "the string "abc"", "the integer 7", "a table"...
std::string say_what(const Node& node);

/// The tables of [[stage]]; of [stage] the only one, although that is an error.
std::vector<Table*> find_stages(Table& root);
/// "" if it has none.
std::string stage_name(const Table& stage);

/// The text of not-quite-TOML.
class SyntaxError : public std::runtime_error {
 public:
  SyntaxError(Position where, const std::string& what) : std::runtime_error(what), position(where) {}
  Position position;
};

/// Throws SyntaxError. Positions get this override number.
Table parse_toml(std::string_view text, int override_number = -1);

}  // namespace tessera::deck
