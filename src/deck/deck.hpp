// An input deck: a TOML file with positions, command-line overrides, and the collected errors of reading it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/comm.hpp"
#include "deck/binder.hpp"

namespace tessera::deck {

/// A deck as parsed, before any module looked at it.
class Deck {
 public:
  /// Collective. Rank 0 reads the file (at most 1 MiB), all parse it. Overrides are "seed=7" or "<stage name>.<key>=v";
  /// their position is reported as "command line". Throws Error (input) with file:line:column.
  static Deck load(const Comm& comm, const std::string& path, const std::vector<std::string>& overrides = {});
  /// The same from a text; `path` is used in messages and to resolve relative file names.
  static Deck parse(std::string_view text, const std::string& path, const std::vector<std::string>& overrides = {});

  Deck(Deck&&) noexcept;
  Deck& operator=(Deck&&) noexcept;
  ~Deck();

  const std::string& path() const;

  struct StageHead {
    std::string name, type;
  };
  /// Name and type of each [[stage]], in order; missing or duplicate ones are already recorded as errors, and then
  /// empty or as given.
  const std::vector<StageHead>& stages() const;

  /// Binds the top level (everything but the stages). `bind_top` is given the reader.
  void read_top(const std::function<void(Binder&)>& bind_top);
  /// Binds stage number n (the keys name and type are the deck's own, all others the stage's).
  void read_stage(std::size_t n, const std::function<void(Binder&)>& bind_stage);
  /// An error at the position of a stage's key ("type"), of the first one in its tables that has this text as its
  /// value, or of the stage itself ("").
  void report_stage(std::size_t n, std::string_view key, const std::string& message, std::string_view value = "");

  /// Reports unknown keys of everything that was bound, then throws one Error (input) with all errors, if any: each
  /// "path:line:column: what is wrong", ordered, advice indented below. Collective if the deck was loaded: all ranks
  /// throw even if one alone does not find a file.
  void finish();

 private:
  struct Impl;
  explicit Deck(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Writes the effective deck: every value, defaults included; reading it back gives the same values. One line a key,
/// "key = value". Optional values that are absent are left out; files are absolute, as the deck may lie elsewhere.
class EffectiveDeck {
 public:
  EffectiveDeck();
  ~EffectiveDeck();
  void write_top(const std::function<void(Binder&)>& bind_top);
  void write_stage(const std::string& name, const std::string& type, const std::function<void(Binder&)>& bind_stage);
  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The text of `tessera describe TYPE`: every key with meaning, unit, allowed values and default, 100 columns wide
/// (more only for words that do not fit). `table` is where the keys stand in a deck: "stage" (then `title` is its
/// type), or "" for the top level.
std::string describe(std::string_view title, std::string_view summary, const std::function<void(Binder&)>& bind_all,
                     std::string_view table = "stage");

/// The known name nearest to a misspelt one (Damerau-Levenshtein distance at most 2, or a common prefix); empty if
/// none.
std::string nearest_name(std::string_view name, const std::vector<std::string>& known);

}  // namespace tessera::deck
