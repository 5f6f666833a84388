#include "deck/formula.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <numbers>
#include <set>

#include "base/error.hpp"
#include "deck/formula_compile.hpp"
#include "deck/formula_parse.hpp"
#include "deck/text.hpp"

namespace tessera::deck {

struct Formulas::Impl {
  std::vector<std::string> variables;
  FormulaGraph graph;
  FormulaScope scope;

  explicit Impl(const FormulaNames& names) : variables(names.variables) {
    scope.values = {{"e", graph.number(std::numbers::e)}, {"pi", graph.number(std::numbers::pi)}};
    std::set<std::string, std::less<>> given;
    const auto check_name = [&](const std::string& name) {
      if (!is_formula_name(name))
        throw Error::input(
            fmt::format("'{}' cannot be a name in formulas\nexpected a letter or _, then letters, digits "
                        "and _",
                        printable(name)));
      if (!given.insert(name).second) throw Error::input(fmt::format("two values in formulas are called '{}'", name));
    };
    for (std::size_t n = 0; n < variables.size(); ++n) {
      check_name(variables[n]);
      scope.values[variables[n]] = graph.variable(static_cast<int>(n));
    }
    for (const auto& [name, value] : names.parameters) {
      check_name(name);
      scope.values[name] = graph.number(value);
    }
    for (std::size_t n = 0; n < names.definitions.size(); ++n)
      parse_definition(graph, scope, names.definitions[n], fmt::format("definition {}", n + 1));
  }
};

Formulas::Formulas(const FormulaNames& names) : impl_(std::make_unique<Impl>(names)) {}
Formulas::~Formulas() = default;
Formulas::Formulas(Formulas&&) noexcept = default;
Formulas& Formulas::operator=(Formulas&&) noexcept = default;

Formulas::Expression Formulas::parse(std::string_view text) {
  return Expression(parse_formula(impl_->graph, impl_->scope, text, "the formula"));
}

Formulas::Expression Formulas::derivative(Expression expression, std::string_view variable) {
  const auto found = std::find(impl_->variables.begin(), impl_->variables.end(), variable);
  if (found == impl_->variables.end())
    throw Error::internal(fmt::format("formulas have no variable '{}' to differentiate by", variable));
  return Expression(differentiate(impl_->graph, expression.node_, static_cast<int>(found - impl_->variables.begin())));
}

Program Formulas::compile(const std::vector<Expression>& outputs) const {
  std::vector<int> roots;
  for (const Expression& output : outputs) roots.push_back(output.node_);
  return deck::compile(impl_->graph, roots, static_cast<int>(impl_->variables.size()));
}

Program compile_formulas(const FormulaNames& names, const std::vector<std::string>& texts) {
  Formulas formulas(names);
  std::vector<Formulas::Expression> outputs;
  for (const auto& text : texts) outputs.push_back(formulas.parse(text));
  return formulas.compile(outputs);
}

std::string find_formula_fault(const FormulaNames& names, std::string_view text) {
  try {
    Formulas formulas(names);
    formulas.compile({formulas.parse(text)});
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace tessera::deck
