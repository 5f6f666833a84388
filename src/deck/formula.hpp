// Formulas that a deck gives as text, "exp(-(x/0.1)^2) * cos(2*pi*x)": parsed, differentiated and compiled into plain
// arrays of operations. Nothing is executed but arithmetic. docs/formulas.md says what may be written.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tessera::deck {

class Program;

/// What the names in a formula stand for. Those given here go before the constants pi and e.
struct FormulaNames {
  std::vector<std::string> variables;                      ///< the program's inputs, in this order
  std::vector<std::pair<std::string, double>> parameters;  ///< replaced by their values
  std::vector<std::string> definitions;  ///< "d = x - y", "f(u) = u^2 - a": each may use those before it
};

inline constexpr std::size_t max_formula_length = 4096;

/// Formulas of the same variables. What they have in common is evaluated once.
class Formulas {
 public:
  /// One of them; of use only to the Formulas that made it.
  class Expression {
    friend class Formulas;
    explicit Expression(int node) : node_(node) {}
    int node_;
  };

  /// Throws Error (input) if a name is none or given twice, or if a definition is wrong.
  explicit Formulas(const FormulaNames& names);
  ~Formulas();
  Formulas(Formulas&&) noexcept;
  Formulas& operator=(Formulas&&) noexcept;

  /// Throws Error (input): "column 7 of the formula, at 'y)': unknown name 'y'", further lines are advice. Columns
  /// count characters from 1.
  Expression parse(std::string_view text);
  /// With respect to a variable, by the rules of calculus. At the kinks and jumps of abs, sign, step, floor, ceil, min,
  /// max, mod and if it is that of one side. Throws Error (internal) if there is no such variable.
  Expression derivative(Expression expression, std::string_view variable);
  /// One output each, in this order. Throws Error (input) if too many intermediate values are needed at once.
  Program compile(const std::vector<Expression>& outputs) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Parses formulas of the same names, and compiles them together.
Program compile_formulas(const FormulaNames& names, const std::vector<std::string>& texts);

/// Fills nothing and returns an empty text if the formula can be parsed; otherwise says what is wrong.
std::string find_formula_fault(const FormulaNames& names, std::string_view text);

}  // namespace tessera::deck
