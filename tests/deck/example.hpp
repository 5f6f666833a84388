// Parameters of a kind of stage that does not exist, with every form that a binder knows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "deck/deck.hpp"

namespace tessera::test {

enum class Kind { lj, morse, table };

struct Pair {
  Kind kind = Kind::lj;
  double cutoff = 2.5;
  double epsilon = 1.0;
  bool tail = false;
  bool operator==(const Pair&) const = default;
};

struct Bath {
  double temperature = 0.0;
  std::optional<double> friction;
  bool operator==(const Bath&) const = default;
};

struct Group {
  std::string name;
  std::vector<std::int64_t> ids;
  bool operator==(const Group&) const = default;
};

struct Example {
  double dt = 0.005;
  std::int64_t steps = 0;
  int threads = 1;
  double fraction = 0.5;
  std::string data;
  std::string file;
  std::vector<std::int64_t> cells{1, 1, 1};
  std::vector<double> masses;
  std::vector<std::string> names;
  std::optional<std::int64_t> frame;
  double width = 0.1;
  std::string profile = "x/width";
  std::vector<std::string> rates;
  Pair pair;
  std::optional<Bath> bath;
  std::vector<Group> groups;
  bool operator==(const Example&) const = default;
};

struct Top {
  std::string title;
  std::int64_t seed = 1;
  std::optional<Bath> limits;
  bool operator==(const Top&) const = default;
};

void bind(deck::Binder& b, Pair& p);
void bind(deck::Binder& b, Bath& p);
void bind(deck::Binder& b, Group& p);
void bind(deck::Binder& b, Example& p);
void bind(deck::Binder& b, Top& p);

struct Everything {
  Top top;
  std::vector<std::string> stages;
  std::vector<Example> examples;
  bool operator==(const Everything&) const = default;
};

/// Binds the top level and all stages, and finishes.
Everything read(deck::Deck& deck);
Everything read(const std::string& text, const std::vector<std::string>& overrides = {},
                const std::string& path = "x.toml");
/// The message of the Error (input) that reading throws, or "" if it throws none.
std::string complaint(const std::string& text, const std::vector<std::string>& overrides = {},
                      const std::string& path = "x.toml");
std::string effective(Everything everything);

/// A deck of one stage, "melt" of type "example"; the lines of `body` begin in line 4.
std::string with_stage(const std::string& body);

}  // namespace tessera::test
