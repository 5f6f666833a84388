// From text to a node of a graph.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "deck/formula_graph.hpp"

namespace tessera::deck {

/// A function that the deck defines: its arguments are nodes of the kind `argument`.
struct FormulaFunction {
  std::size_t num_arguments = 0;
  int body = -1;
};

/// What names mean while a text is read.
struct FormulaScope {
  std::map<std::string, int, std::less<>> values;  ///< nodes
  std::map<std::string, FormulaFunction, std::less<>> functions;
};

/// `subject` is what messages call the text: "the formula". Throws Error (input).
int parse_formula(FormulaGraph& graph, const FormulaScope& scope, std::string_view text, std::string_view subject);

/// "name = formula" or "name(a, b) = formula": enters the name into the scope. Throws Error (input).
void parse_definition(FormulaGraph& graph, FormulaScope& scope, std::string_view text, std::string_view subject);

/// A letter or underscore, then letters, digits and underscores.
bool is_formula_name(std::string_view text);

}  // namespace tessera::deck
