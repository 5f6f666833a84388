#include "deck/formula_compile.hpp"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "base/error.hpp"

namespace tessera::deck {

namespace {

constexpr double max_multiplied_power = 16.0;

/// base^exponent for a whole exponent > 0, in the fewest squarings.
int multiply_power(FormulaGraph& graph, int base, int exponent) {
  int result = -1;
  for (int rest = exponent, square = base; rest > 0; rest /= 2) {
    if (rest % 2 != 0) result = result < 0 ? square : graph.make(Op::multiply, result, square);
    if (rest > 1) square = graph.make(Op::multiply, square, square);
  }
  return result;
}

int make_power(FormulaGraph& graph, int base, int exponent) {
  const double power = graph[exponent].value;
  if (!graph.is_number(exponent) || power != std::floor(power) || std::fabs(power) > max_multiplied_power)
    return graph.make(Op::power, base, exponent);
  const int positive = multiply_power(graph, base, static_cast<int>(std::fabs(power)));
  return power > 0.0 ? positive : graph.make(Op::divide, graph.number(1.0), positive);
}

/// The graph of what a program does: small whole powers are products.
struct Plan {
  FormulaGraph graph;
  std::vector<int> roots;

  Plan(const FormulaGraph& source, const std::vector<int>& source_roots) {
    const auto is_part = source.find_parts(source_roots);
    std::vector<int> copied(is_part.size(), -1);
    const auto of = [&](int node) { return node < 0 ? -1 : copied[static_cast<std::size_t>(node)]; };
    for (std::size_t n = 0; n < is_part.size(); ++n)
      if (is_part[n]) copied[n] = copy(source[static_cast<int>(n)], of);
    for (const int root : source_roots) roots.push_back(of(root));
  }

 private:
  template <class Of>
  int copy(const FormulaNode& node, const Of& of) {
    if (node.op == Op::number) return graph.number(node.value);
    if (node.op == Op::variable) return graph.variable(node.a);
    if (node.op == Op::power) return make_power(graph, of(node.a), of(node.b));
    return graph.make(node.op, of(node.a), of(node.b), of(node.c));
  }
};

/// Operations in the order of a walk that ends each part before the next begins: few values wait at a time.
std::vector<int> order_operations(const Plan& plan) {
  std::vector<int> order, stack;
  std::vector<bool> is_done(plan.graph.find_parts(plan.roots).size());
  for (const int root : plan.roots) {
    stack.push_back(root);
    while (!stack.empty()) {
      const int node = stack.back();
      const FormulaNode& now = plan.graph[node];
      const std::size_t size = stack.size();
      if (!is_done[static_cast<std::size_t>(node)] && num_operands(now.op) > 0)
        for (const int operand : {now.c, now.b, now.a})
          if (operand >= 0 && !is_done[static_cast<std::size_t>(operand)]) stack.push_back(operand);
      if (stack.size() > size) continue;
      stack.pop_back();
      if (!is_done[static_cast<std::size_t>(node)] && num_operands(now.op) > 0) order.push_back(node);
      is_done[static_cast<std::size_t>(node)] = true;
    }
  }
  return order;
}

class Compiler {
 public:
  Compiler(const Plan& plan, int num_variables)
      : plan_(plan),
        order_(order_operations(plan)),
        num_inputs_(num_variables),
        is_part_(plan.graph.find_parts(plan.roots)),
        place_(is_part_.size(), -1),
        last_use_(is_part_.size(), 0) {
    number_leaves();
    check_size();
    for (std::size_t n = 0; n < order_.size(); ++n)
      for (const int operand : operands(order_[n])) last_use_[static_cast<std::size_t>(operand)] = n;
    for (std::size_t n = plan_.roots.size(); n-- > 0;)  // of equal ones, the first is computed and the others copied
      if (num_operands(plan_.graph[plan_.roots[n]].op) > 0)
        place(plan_.roots[n]) = first_output() + static_cast<int>(n);
  }

  Program compile() {
    for (std::size_t n = 0; n < order_.size(); ++n) emit(n);
    for (std::size_t n = 0; n < plan_.roots.size(); ++n) {
      const int output = first_output() + static_cast<int>(n);
      if (place(plan_.roots[n]) != output) append(Op::copy, output, {plan_.roots[n], -1, -1});
    }
    return {std::move(instructions_), std::move(constants_), num_inputs_, static_cast<int>(plan_.roots.size())};
  }

 private:
  void number_leaves() {
    for (std::size_t n = 0; n < place_.size(); ++n) {
      const FormulaNode& node = plan_.graph[static_cast<int>(n)];
      if (!is_part_[n]) continue;
      if (node.op == Op::variable) place_[n] = node.a;
      if (node.op != Op::number) continue;
      place_[n] = num_inputs_ + static_cast<int>(constants_.size());
      constants_.push_back(node.value);
    }
  }

  void check_size() const {
    constexpr int most = std::numeric_limits<std::uint16_t>::max() - ProgramView::max_temporaries;
    if (first_temporary() > most)
      throw Error::input(
          fmt::format("formulas have {} variables, numbers and results together, at most {} are possible",
                      first_temporary(), most));
  }

  std::vector<int> operands(int node) const {
    const FormulaNode& now = plan_.graph[node];
    std::vector<int> result;
    for (const int operand : {now.a, now.b, now.c})
      if (operand >= 0) result.push_back(operand);
    return result;
  }

  void emit(std::size_t n) {
    const int node = order_[n];
    // The place is taken before those of the operands become free: an instruction never writes over what it reads.
    if (place(node) < 0) place(node) = first_temporary() + take_temporary();
    const FormulaNode& now = plan_.graph[node];
    append(now.op, place(node), {now.a, now.b, now.c});
    for (const int operand : operands(node)) {
      const int slot = place(operand) - first_temporary();
      if (slot >= 0 && last_use_[static_cast<std::size_t>(operand)] == n)
        is_taken_[static_cast<std::size_t>(slot)] = false;
    }
  }

  int take_temporary() {
    for (std::size_t slot = 0; slot < is_taken_.size(); ++slot) {
      if (is_taken_[slot]) continue;
      is_taken_[slot] = true;
      return static_cast<int>(slot);
    }
    throw Error::input(
        fmt::format("formulas need more than {} intermediate values at once; compute them in fewer steps",
                    ProgramView::max_temporaries));
  }

  void append(Op op, int result, const std::array<int, 3>& nodes) {
    std::array<std::uint16_t, 3> places{};
    for (std::size_t n = 0; n < nodes.size(); ++n)
      if (nodes[n] >= 0) places[n] = static_cast<std::uint16_t>(place(nodes[n]));
    instructions_.push_back({op, static_cast<std::uint16_t>(result), places[0], places[1], places[2]});
  }

  int first_output() const { return num_inputs_ + static_cast<int>(constants_.size()); }
  int first_temporary() const { return first_output() + static_cast<int>(plan_.roots.size()); }
  int& place(int node) { return place_[static_cast<std::size_t>(node)]; }

  const Plan& plan_;
  std::vector<int> order_;
  int num_inputs_;
  std::vector<bool> is_part_;
  std::vector<int> place_;             ///< of a node's value, as an operand
  std::vector<std::size_t> last_use_;  ///< the number of the operation after which a value is not needed
  std::vector<double> constants_;
  std::vector<Instruction> instructions_;
  std::array<bool, ProgramView::max_temporaries> is_taken_{};
};

}  // namespace

Program compile(const FormulaGraph& graph, const std::vector<int>& roots, int num_variables) {
  const Plan plan(graph, roots);
  return Compiler(plan, num_variables).compile();
}

}  // namespace tessera::deck
