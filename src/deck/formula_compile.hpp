// From a graph to a program.
#pragma once

#include <vector>

#include "deck/formula_graph.hpp"
#include "deck/formula_program.hpp"

namespace tessera::deck {

/// Throws Error (input) if more operands are needed than a program can have.
Program compile(const FormulaGraph& graph, const std::vector<int>& roots, int num_variables);

}  // namespace tessera::deck
