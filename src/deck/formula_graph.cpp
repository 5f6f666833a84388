#include "deck/formula_graph.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "deck/formula_apply.hpp"

namespace tessera::deck {

namespace {

constexpr std::size_t max_nodes = std::size_t{1} << 16;

}  // namespace

int FormulaGraph::insert(const FormulaNode& node) {
  const auto [found, is_new] = known_.try_emplace(
      Key{node.op, node.a, node.b, node.c, std::bit_cast<std::uint64_t>(node.value)}, static_cast<int>(nodes_.size()));
  if (!is_new) return found->second;
  if (nodes_.size() >= max_nodes)
    throw Error::input(fmt::format("formulas have more than {} parts when definitions are written out", max_nodes));
  nodes_.push_back(node);
  return found->second;
}

int FormulaGraph::number(double value) { return insert({Op::number, -1, -1, -1, value}); }

int FormulaGraph::make(Op op, int a, int b, int c) {
  const int count = num_operands(op);
  if (is_number(a) && (count < 2 || is_number(b)) && (count < 3 || is_number(c)))
    return number(apply(op, (*this)[a].value, count < 2 ? 0.0 : (*this)[b].value, count < 3 ? 0.0 : (*this)[c].value));
  switch (op) {
    case Op::copy:
      return a;
    case Op::negate:
      return simplify_negate(a);
    case Op::add:
      return simplify_add(a, b);
    case Op::subtract:
      return simplify_subtract(a, b);
    case Op::multiply:
      return simplify_multiply(a, b);
    case Op::divide:
      return simplify_divide(a, b);
    case Op::power:
      return simplify_power(a, b);
    case Op::select:
      return simplify_select(a, b, c);
    default:
      return insert({op, a, b, c});
  }
}

int FormulaGraph::simplify_negate(int a) {
  const FormulaNode node = (*this)[a];
  if (node.op == Op::negate) return node.a;
  if (node.op == Op::subtract) return make(Op::subtract, node.b, node.a);
  return insert({Op::negate, a});
}

int FormulaGraph::simplify_add(int a, int b) {
  if (is_number(a, 0.0)) return b;
  if (is_number(b, 0.0)) return a;
  if (is_negated(b)) return make(Op::subtract, a, (*this)[b].a);
  if (is_negated(a)) return make(Op::subtract, b, (*this)[a].a);
  return insert({Op::add, std::min(a, b), std::max(a, b)});
}

int FormulaGraph::simplify_subtract(int a, int b) {
  if (a == b) return number(0.0);
  if (is_number(b, 0.0)) return a;
  if (is_number(a, 0.0)) return make(Op::negate, b);
  if (is_negated(b)) return make(Op::add, a, (*this)[b].a);
  return insert({Op::subtract, a, b});
}

int FormulaGraph::simplify_multiply(int a, int b) {
  if (is_number(b)) std::swap(a, b);
  if (is_number(a, 0.0)) return a;
  if (is_number(a, 1.0)) return b;
  if (is_number(a, -1.0)) return make(Op::negate, b);
  if (is_negated(a) && is_negated(b)) return make(Op::multiply, (*this)[a].a, (*this)[b].a);
  if (is_number(a) && is_negated(b)) return make(Op::multiply, number(-(*this)[a].value), (*this)[b].a);
  if (is_negated(a)) return make(Op::negate, make(Op::multiply, (*this)[a].a, b));
  if (is_negated(b)) return make(Op::negate, make(Op::multiply, a, (*this)[b].a));
  if (!is_number(a) && has_factor(a)) std::swap(a, b);
  if (has_factor(b)) {  // numbers gather in front: a*(3*x) is 3*(a*x), 2*(3*x) is 6*x
    const FormulaNode scaled = (*this)[b];
    if (!is_number(a)) return make(Op::multiply, scaled.a, make(Op::multiply, a, scaled.b));
    const double product = (*this)[a].value * (*this)[scaled.a].value;
    if (std::isnormal(product)) return make(Op::multiply, number(product), scaled.b);
  }
  // Numbers come first; otherwise the order does not matter and is that of the nodes.
  return is_number(a) ? insert({Op::multiply, a, b}) : insert({Op::multiply, std::min(a, b), std::max(a, b)});
}

int FormulaGraph::simplify_divide(int a, int b) {
  if (is_number(a, 0.0)) return a;
  if (is_number(b, 1.0)) return a;
  if (is_number(b, -1.0)) return make(Op::negate, a);
  if (is_negated(a) && is_negated(b)) return make(Op::divide, (*this)[a].a, (*this)[b].a);
  if (is_negated(a)) return make(Op::negate, make(Op::divide, (*this)[a].a, b));
  if (is_number(b)) {  // by a power of two: the reciprocal is exact
    int exponent = 0;
    const double divisor = (*this)[b].value, inverse = 1.0 / divisor;
    if (std::fabs(std::frexp(divisor, &exponent)) == 0.5 && std::isnormal(inverse))
      return make(Op::multiply, number(inverse), a);
  }
  return insert({Op::divide, a, b});
}

int FormulaGraph::simplify_power(int a, int b) {
  if (is_number(b, 0.0)) return number(1.0);
  if (is_number(b, 1.0)) return a;
  if (is_number(b, 0.5)) return make(Op::sqrt, a);
  if (is_number(a, 2.718281828459045)) return make(Op::exp, b);
  return insert({Op::power, a, b});
}

int FormulaGraph::simplify_select(int a, int b, int c) {
  if (is_number(a)) return (*this)[a].value > 0.0 ? b : c;
  return b == c ? b : insert({Op::select, a, b, c});
}

std::vector<bool> FormulaGraph::find_parts(const std::vector<int>& roots) const {
  const int last = roots.empty() ? -1 : *std::max_element(roots.begin(), roots.end());
  std::vector<bool> is_part(static_cast<std::size_t>(last + 1));
  for (const int root : roots) is_part[static_cast<std::size_t>(root)] = true;
  for (int n = last; n >= 0; --n) {
    const FormulaNode& node = (*this)[n];
    if (!is_part[static_cast<std::size_t>(n)] || num_operands(node.op) == 0) continue;
    for (const int operand : {node.a, node.b, node.c})
      if (operand >= 0) is_part[static_cast<std::size_t>(operand)] = true;
  }
  return is_part;
}

int FormulaGraph::substitute(int root, const std::vector<int>& values) {
  const auto is_part = find_parts({root});
  std::vector<int> now(is_part.size(), -1);
  const auto at = [&](int node) { return node < 0 ? -1 : now[static_cast<std::size_t>(node)]; };
  for (int n = 0; n <= root; ++n) {
    if (!is_part[static_cast<std::size_t>(n)]) continue;
    const FormulaNode node = (*this)[n];
    int& result = now[static_cast<std::size_t>(n)];
    if (node.op == Op::argument)
      result = values[static_cast<std::size_t>(node.a)];
    else
      result = num_operands(node.op) == 0 ? n : make(node.op, at(node.a), at(node.b), at(node.c));
  }
  return at(root);
}

}  // namespace tessera::deck
