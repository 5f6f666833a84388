// Formulas as a graph in which equal parts are one node, simplified as it grows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "deck/formula_op.hpp"

namespace tessera::deck {

struct FormulaNode {
  Op op;
  int a = -1, b = -1, c = -1;  ///< operands, which come before it; of a variable or an argument, a is its number
  double value = 0.0;          ///< of a number
};

class FormulaGraph {
 public:
  int number(double value);
  int variable(int index) { return insert({Op::variable, index}); }
  int argument(int index) { return insert({Op::argument, index}); }
  /// The node of an operation, or of something simpler that is as good. Throws Error (input) if the graph becomes too
  /// large: a few lines of definitions can grow without bounds.
  int make(Op op, int a, int b = -1, int c = -1);

  const FormulaNode& operator[](int node) const { return nodes_[static_cast<std::size_t>(node)]; }
  bool is_number(int node) const { return (*this)[node].op == Op::number; }
  bool is_number(int node, double value) const { return is_number(node) && (*this)[node].value == value; }

  /// Which nodes up to the last of `roots` are parts of them.
  std::vector<bool> find_parts(const std::vector<int>& roots) const;
  /// `root` with `values` in the place of the arguments.
  int substitute(int root, const std::vector<int>& values);

 private:
  using Key = std::tuple<Op, int, int, int, std::uint64_t>;
  int insert(const FormulaNode& node);
  int simplify_negate(int a);
  int simplify_add(int a, int b);
  int simplify_subtract(int a, int b);
  int simplify_multiply(int a, int b);
  int simplify_divide(int a, int b);
  int simplify_power(int a, int b);
  int simplify_select(int a, int b, int c);
  bool is_negated(int node) const { return (*this)[node].op == Op::negate; }
  /// A number times something else.
  bool has_factor(int node) const { return (*this)[node].op == Op::multiply && is_number((*this)[node].a); }

  std::vector<FormulaNode> nodes_;
  std::map<Key, int> known_;
};

/// d root / d variable, as another node.
int differentiate(FormulaGraph& graph, int root, int variable);

}  // namespace tessera::deck
