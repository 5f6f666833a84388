#include "deck/formula_parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>
#include <system_error>

#include "base/error.hpp"
#include "deck/formula.hpp"
#include "deck/problems.hpp"
#include "deck/text.hpp"

namespace tessera::deck {

namespace {

constexpr int max_depth = 100;  // of parentheses, signs and powers within one another

struct Builtin {
  std::string_view name;
  Op op;
};
constexpr std::array builtins{
    Builtin{"abs", Op::abs},   Builtin{"sign", Op::sign},   Builtin{"step", Op::step}, Builtin{"heaviside", Op::step},
    Builtin{"H", Op::step},    Builtin{"floor", Op::floor}, Builtin{"ceil", Op::ceil}, Builtin{"sqrt", Op::sqrt},
    Builtin{"cbrt", Op::cbrt}, Builtin{"exp", Op::exp},     Builtin{"log", Op::log},   Builtin{"log10", Op::log10},
    Builtin{"sin", Op::sin},   Builtin{"cos", Op::cos},     Builtin{"tan", Op::tan},   Builtin{"asin", Op::asin},
    Builtin{"acos", Op::acos}, Builtin{"atan", Op::atan},   Builtin{"sinh", Op::sinh}, Builtin{"cosh", Op::cosh},
    Builtin{"tanh", Op::tanh}, Builtin{"erf", Op::erf},     Builtin{"pow", Op::power}, Builtin{"atan2", Op::atan2},
    Builtin{"min", Op::min},   Builtin{"max", Op::max},     Builtin{"mod", Op::mod},   Builtin{"if", Op::select},
};

const Builtin* find_builtin(std::string_view name) {
  const auto* found = std::find_if(builtins.begin(), builtins.end(), [&](const Builtin& b) { return b.name == name; });
  return found == builtins.end() ? nullptr : found;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Parser {
 public:
  Parser(FormulaGraph& graph, FormulaScope scope, std::string_view text, std::string_view subject)
      : graph_(graph), scope_(std::move(scope)), text_(text), subject_(subject) {
    if (text_.size() > max_formula_length)
      throw Error::input(
          fmt::format("{} has {} characters; at most {} are possible", subject_, text_.size(), max_formula_length));
    skip_space();
    if (at_ == text_.size()) throw Error::input(fmt::format("{} is empty", subject_));
  }

  int read_all() {
    const int node = read_sum();
    if (at_ < text_.size()) fail_after_value();
    return node;
  }

  struct Head {
    std::string name;
    bool is_function = false;
    std::vector<std::string> arguments;
  };
  /// What stands before the sign of equality in a definition.
  Head read_head() {
    Head head;
    const std::size_t begin = at_;
    head.name = read_new_name();
    head.is_function = take('(');
    while (head.is_function) {
      const std::size_t here = at_;
      head.arguments.push_back(read_new_name());
      if (std::count(head.arguments.begin(), head.arguments.end(), head.arguments.back()) > 1)
        fail(here, fmt::format("two arguments are called '{}'", head.arguments.back()));
      if (take(',')) continue;
      if (!take(')')) fail(at_, "expected ',' or ')'");
      break;
    }
    if (!take('=')) fail(at_, "expected '='");
    if (head.is_function ? scope_.functions.contains(head.name) || find_builtin(head.name) != nullptr
                         : scope_.values.contains(head.name) && !is_constant(head.name))
      fail(begin, fmt::format("'{}' has a meaning already", head.name));
    for (std::size_t n = 0; n < head.arguments.size(); ++n)
      scope_.values[head.arguments[n]] = graph_.argument(static_cast<int>(n));
    return head;
  }

 private:
  static bool is_constant(std::string_view name) { return name == "pi" || name == "e"; }

  [[noreturn]] void fail(std::size_t where, const std::string& what) const {
    const std::string place =
        where < text_.size() ? fmt::format("'{}'", printable(text_.substr(where))) : std::string("its end");
    throw Error::input(
        fmt::format("column {} of {}, at {}: {}", count_characters(text_.substr(0, where)) + 1, subject_, place, what));
  }

  [[noreturn]] void fail_after_value() const {
    const char next = text_[at_];
    if (next == ')') fail(at_, "there is no '(' to this ')'");
    if (is_letter(next) || is_digit(next) || next == '(' || next == '.')
      fail(at_, "expected an operator\nmultiplication is written with '*'");
    fail(at_, "expected an operator: + - * / ^");
  }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  bool sees(std::string_view token) const { return text_.substr(at_).starts_with(token); }
  bool take(std::string_view token) {
    if (!sees(token)) return false;
    at_ += token.size();
    skip_space();
    return true;
  }
  bool take(char token) { return take(std::string_view(&token, 1)); }
  bool take_power() { return take('^') || take("**"); }

  int read_sum() {
    int node = read_product();
    while (true) {
      if (take('+'))
        node = graph_.make(Op::add, node, read_product());
      else if (take('-'))
        node = graph_.make(Op::subtract, node, read_product());
      else
        return node;
    }
  }

  int read_product() {
    int node = read_signed();
    while (true) {
      if (!sees("**") && take('*'))
        node = graph_.make(Op::multiply, node, read_signed());
      else if (take('/'))
        node = graph_.make(Op::divide, node, read_signed());
      else
        return node;
    }
  }

  /// Every way to nest passes here. -x^2 is -(x^2), 2^-x is 2^(-x), a^b^c is a^(b^c).
  int read_signed() {
    if (++depth_ > max_depth) fail(at_, fmt::format("nested too deeply; at most {} levels are possible", max_depth));
    int node = -1;
    if (take('-')) {
      node = graph_.make(Op::negate, read_signed());
    } else if (take('+')) {
      node = read_signed();
    } else {
      node = read_value();
      if (take_power()) node = graph_.make(Op::power, node, read_signed());
    }
    --depth_;
    return node;
  }

  int read_value() {
    const std::size_t begin = at_;
    if (at_ == text_.size()) fail(at_, "expected a number, a name or '('");
    if (is_digit(text_[at_]) || text_[at_] == '.') return read_number();
    if (is_letter(text_[at_])) return read_name();
    if (!take('(')) fail(at_, "expected a number, a name or '('");
    const int node = read_sum();
    close(begin);
    return node;
  }

  void close(std::size_t opened) {
    if (take(')')) return;
    if (at_ < text_.size()) fail_after_value();
    fail(at_, fmt::format("expected ')' for the '(' in column {}", count_characters(text_.substr(0, opened)) + 1));
  }

  int read_number() {
    double value = 0.0;
    const char* begin = text_.data() + at_;
    const auto [end, problem] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (problem == std::errc::invalid_argument) fail(at_, "expected a number");
    if (problem == std::errc::result_out_of_range)
      fail(at_,
           fmt::format("the number {} is out of range", printable({begin, static_cast<std::size_t>(end - begin)})));
    at_ += static_cast<std::size_t>(end - begin);
    skip_space();
    return graph_.number(value);
  }

  std::string_view read_word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
    const auto word = text_.substr(begin, at_ - begin);
    skip_space();
    return word;
  }

  std::string read_new_name() {
    if (at_ == text_.size() || !is_letter(text_[at_])) fail(at_, "expected a name");
    return std::string(read_word());
  }

  int read_name() {
    const std::size_t begin = at_;
    const auto name = read_word();
    const bool is_function = find_builtin(name) != nullptr || scope_.functions.contains(name);
    const auto value = scope_.values.find(name);
    if (sees("(")) {
      if (is_function) return read_call(name, begin);
      if (value != scope_.values.end())
        fail(begin, fmt::format("'{}' is not a function\nmultiplication is written with '*'", name));
      fail(begin, fmt::format("unknown function '{}'\n{}", printable(name),
                              list_known("known functions", known_functions(), name)));
    }
    if (value != scope_.values.end()) return value->second;
    if (is_function) fail(begin, fmt::format("the function '{}' needs its arguments in parentheses", name));
    fail(begin, fmt::format("unknown name '{}'\n{}", printable(name), list_known("known names", known_values(), name)));
  }

  int read_call(std::string_view name, std::size_t begin) {
    const std::size_t opened = at_;
    take('(');
    std::vector<int> values;
    if (!sees(")")) do
        values.push_back(read_sum());
      while (take(','));
    close(opened);
    const Builtin* builtin = find_builtin(name);
    return builtin != nullptr ? call(*builtin, values, begin) : call_defined(name, values, begin);
  }

  int call(const Builtin& function, const std::vector<int>& values, std::size_t begin) {
    if (function.op == Op::min || function.op == Op::max) {
      if (values.size() < 2) fail_count(function.name, "2 or more arguments", values.size(), begin);
      int node = values[0];
      for (std::size_t n = 1; n < values.size(); ++n) node = graph_.make(function.op, node, values[n]);
      return node;
    }
    check_count(function.name, static_cast<std::size_t>(num_operands(function.op)), values.size(), begin);
    return graph_.make(function.op, values[0], values.size() > 1 ? values[1] : -1, values.size() > 2 ? values[2] : -1);
  }

  int call_defined(std::string_view name, const std::vector<int>& values, std::size_t begin) {
    const FormulaFunction function = scope_.functions.find(name)->second;
    check_count(name, function.num_arguments, values.size(), begin);
    return graph_.substitute(function.body, values);
  }

  void check_count(std::string_view name, std::size_t needed, std::size_t got, std::size_t begin) const {
    if (got != needed) fail_count(name, fmt::format("{} argument{}", needed, needed == 1 ? "" : "s"), got, begin);
  }
  [[noreturn]] void fail_count(std::string_view name, const std::string& needed, std::size_t got,
                               std::size_t begin) const {
    fail(begin, fmt::format("'{}' takes {}, got {}", printable(name), needed, got));
  }

  std::vector<std::string> known_values() const {
    std::vector<std::string> names;
    for (const auto& [name, node] : scope_.values) names.push_back(name);
    return names;
  }
  std::vector<std::string> known_functions() const {
    std::vector<std::string> names;
    for (const auto& builtin : builtins) names.emplace_back(builtin.name);
    for (const auto& [name, function] : scope_.functions) names.push_back(name);
    std::sort(names.begin(), names.end());
    return names;
  }

  FormulaGraph& graph_;
  FormulaScope scope_;
  std::string_view text_;
  std::string_view subject_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

int parse_formula(FormulaGraph& graph, const FormulaScope& scope, std::string_view text, std::string_view subject) {
  return Parser(graph, scope, text, subject).read_all();
}

void parse_definition(FormulaGraph& graph, FormulaScope& scope, std::string_view text, std::string_view subject) {
  Parser parser(graph, scope, text, subject);
  const auto head = parser.read_head();
  const int node = parser.read_all();
  if (head.is_function)
    scope.functions[head.name] = {head.arguments.size(), node};
  else
    scope.values[head.name] = node;
}

bool is_formula_name(std::string_view text) {
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

}  // namespace tessera::deck
