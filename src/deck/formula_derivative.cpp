// The rules of calculus, one for each operation.
#include <cstddef>
#include <numbers>
#include <vector>

#include "deck/formula_graph.hpp"

namespace tessera::deck {

namespace {

class Rules {
 public:
  explicit Rules(FormulaGraph& graph) : graph_(graph) {}

  /// The derivative of node `f` from those of its operands.
  int derive(int f, const FormulaNode& node, int da, int db, int dc) {
    switch (node.op) {
      case Op::copy:
        return da;
      case Op::negate:
        return graph_.make(Op::negate, da);
      case Op::add:
        return plus(da, db);
      case Op::subtract:
        return minus(da, db);
      case Op::multiply:
        return plus(times(da, node.b), times(node.a, db));
      case Op::divide:  // f = a/b, f' = (a' - f b')/b
        return over(minus(da, times(f, db)), node.b);
      case Op::power:
        return derive_power(f, node, da, db);
      case Op::atan2:
        return over(minus(times(da, node.b), times(node.a, db)), plus(square(node.a), square(node.b)));
      case Op::min:
        return graph_.make(Op::select, minus(node.a, node.b), db, da);
      case Op::max:
        return graph_.make(Op::select, minus(node.b, node.a), db, da);
      case Op::mod:
        return minus(da, times(graph_.make(Op::floor, over(node.a, node.b)), db));
      case Op::select:
        return graph_.make(Op::select, node.a, db, dc);
      default:
        return times(slope(f, node), da);
    }
  }

 private:
  /// f'(a) of a function of one argument.
  int slope(int f, const FormulaNode& node) {
    const int a = node.a;
    switch (node.op) {
      case Op::abs:
        return graph_.make(Op::sign, a);
      case Op::sqrt:
        return over(number(0.5), f);
      case Op::cbrt:
        return over(number(1.0 / 3.0), square(f));
      case Op::exp:
        return f;
      case Op::log:
        return over(number(1.0), a);
      case Op::log10:
        return over(number(std::numbers::log10e), a);
      case Op::sin:
        return graph_.make(Op::cos, a);
      case Op::cos:
        return graph_.make(Op::negate, graph_.make(Op::sin, a));
      case Op::tan:
        return plus(number(1.0), square(f));
      case Op::asin:
        return over(number(1.0), root_of_one_minus_square(a));
      case Op::acos:
        return over(number(-1.0), root_of_one_minus_square(a));
      case Op::atan:
        return over(number(1.0), plus(number(1.0), square(a)));
      case Op::sinh:
        return graph_.make(Op::cosh, a);
      case Op::cosh:
        return graph_.make(Op::sinh, a);
      case Op::tanh:
        return minus(number(1.0), square(f));
      case Op::erf:
        return times(number(2.0 * std::numbers::inv_sqrtpi), graph_.make(Op::exp, graph_.make(Op::negate, square(a))));
      default:  // sign, step, floor, ceil: flat between their jumps
        return number(0.0);
    }
  }

  /// f = a^b; the logarithm appears only where the exponent varies.
  int derive_power(int f, const FormulaNode& node, int da, int db) {
    const int from_base = graph_.is_number(da, 0.0) ? da : times(times(node.b, lower_power(node)), da);
    if (graph_.is_number(db, 0.0)) return from_base;
    return plus(from_base, times(times(f, graph_.make(Op::log, node.a)), db));
  }

  int lower_power(const FormulaNode& node) { return graph_.make(Op::power, node.a, minus(node.b, number(1.0))); }

  int number(double value) { return graph_.number(value); }
  int plus(int a, int b) { return graph_.make(Op::add, a, b); }
  int minus(int a, int b) { return graph_.make(Op::subtract, a, b); }
  int times(int a, int b) { return graph_.make(Op::multiply, a, b); }
  int over(int a, int b) { return graph_.make(Op::divide, a, b); }
  int square(int a) { return graph_.make(Op::power, a, number(2.0)); }
  int root_of_one_minus_square(int a) { return graph_.make(Op::sqrt, minus(number(1.0), square(a))); }

  FormulaGraph& graph_;
};

}  // namespace

int differentiate(FormulaGraph& graph, int root, int variable) {
  const auto is_part = graph.find_parts({root});
  std::vector<int> derivative(is_part.size(), -1);
  const auto of = [&](int node) { return node < 0 ? -1 : derivative[static_cast<std::size_t>(node)]; };
  Rules rules(graph);
  for (int n = 0; n <= root; ++n) {
    if (!is_part[static_cast<std::size_t>(n)]) continue;
    const FormulaNode node = graph[n];
    derivative[static_cast<std::size_t>(n)] =
        num_operands(node.op) == 0 ? graph.number(node.op == Op::variable && node.a == variable ? 1.0 : 0.0)
                                   : rules.derive(n, node, of(node.a), of(node.b), of(node.c));
  }
  return of(root);
}

}  // namespace tessera::deck
