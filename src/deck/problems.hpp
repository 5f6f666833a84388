// The collected errors of a deck.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "deck/document.hpp"

namespace tessera::deck {

class Problems {
 public:
  Problems(std::string path, std::vector<std::string> overrides);

  /// The first line of `text` says what is wrong; further ones are advice.
  void add(const Position& position, const std::string& text);
  bool empty() const { return problems_.empty(); }
  /// All of them in the order of their positions: "path:line:column: text", advice indented below. The same problem
  /// at the same place appears once; of very many, the first ones.
  std::string text() const;

 private:
  struct Problem {
    Position position;
    std::string text;
  };
  std::string say_where(const Position& position) const;

  std::string path_;
  std::vector<std::string> overrides_;
  std::vector<Problem> problems_;
  std::size_t num_dropped_ = 0;
};

/// "known keys: a, b, c. Did you mean 'b'?", the last only if one is near to `name`.
std::string list_known(std::string_view heading, const std::vector<std::string>& known, std::string_view name);

}  // namespace tessera::deck
