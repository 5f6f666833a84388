// What is not a formula, and what the user is told; damaged formulas are read or refused.
#include <cmath>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "catch.hpp"
#include "deck/formula.hpp"
#include "deck/formula_program.hpp"
#include "formula_text.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

const deck::FormulaNames known_names{{"x", "time"}, {{"width", 0.5}}, {"f(u) = u^2"}};

struct Fault {
  std::string text, message;
};

void check_faults(const std::vector<Fault>& cases) {
  for (const auto& one : cases) {
    INFO(one.text);
    CHECK(deck::find_formula_fault(known_names, one.text) == one.message);
  }
}

std::string complain_about_names(const deck::FormulaNames& wrong) { return deck::find_formula_fault(wrong, "1"); }

const std::string functions =
    "known functions: H, abs, acos, asin, atan, atan2, cbrt, ceil, cos, cosh, erf, exp, f, floor, heaviside, if, log, "
    "log10, max, min, mod, pow, sign, sin, sinh, sqrt, step, tan, tanh";
const std::string multiply = "\nmultiplication is written with '*'";

}  // namespace

TEST_CASE("a sound formula has no fault", "[formula]") { check_faults({{"f(x)/width + exp(-time)", ""}}); }

TEST_CASE("formulas that are none", "[formula]") {
  check_faults(
      {{"", "the formula is empty"},
       {" \t ", "the formula is empty"},
       {std::string(4097, ' '), "the formula has 4097 characters; at most 4096 are possible"},
       {"2 + ", "column 5 of the formula, at its end: expected a number, a name or '('"},
       {"2 + * x", "column 5 of the formula, at '* x': expected a number, a name or '('"},
       {"* x", "column 1 of the formula, at '* x': expected a number, a name or '('"},
       {"x $ 2", "column 3 of the formula, at '$ 2': expected an operator: + - * / ^"},
       {"\xc3\xa9 + x", "column 1 of the formula, at '\xc3\xa9 + x': expected a number, a name or '('"},
       {"x + \xcf\x80*2 + 3 $", "column 5 of the formula, at '\xcf\x80*2 + 3 $': expected a number, a name or '('"},
       {"x + \xff", "column 5 of the formula, at '\\xFF': expected a number, a name or '('"},
       {"x == 2", "column 3 of the formula, at '== 2': expected an operator: + - * / ^"},
       {"x, 2", "column 2 of the formula, at ', 2': expected an operator: + - * / ^"},
       {"\"x\"", "column 1 of the formula, at '\"x\"': expected a number, a name or '('"},
       {"2 x", "column 3 of the formula, at 'x': expected an operator" + multiply},
       {"2x", "column 2 of the formula, at 'x': expected an operator" + multiply},
       {"x 2", "column 3 of the formula, at '2': expected an operator" + multiply},
       {"(x)(x)", "column 4 of the formula, at '(x)': expected an operator" + multiply},
       {"1.2.3", "column 4 of the formula, at '.3': expected an operator" + multiply}});
}

TEST_CASE("parentheses that do not match", "[formula]") {
  check_faults({{"(x + 1", "column 7 of the formula, at its end: expected ')' for the '(' in column 1"},
                {"2*(x + (1 - x)", "column 15 of the formula, at its end: expected ')' for the '(' in column 3"},
                {"sin(x", "column 6 of the formula, at its end: expected ')' for the '(' in column 4"},
                {"x + 1)*2", "column 6 of the formula, at ')*2': there is no '(' to this ')'"},
                {"()", "column 2 of the formula, at ')': expected a number, a name or '('"},
                {"(x 2)", "column 4 of the formula, at '2)': expected an operator" + multiply}});
}

TEST_CASE("names that are not known", "[formula]") {
  check_faults({{"2*sin(y)", "column 7 of the formula, at 'y)': unknown name 'y'\nknown names: e, pi, time, width, x"},
                {"x + tiem",
                 "column 5 of the formula, at 'tiem': unknown name 'tiem'\n"
                 "known names: e, pi, time, width, x. Did you mean 'time'?"},
                {"1 + sine(x)", "column 5 of the formula, at 'sine(x)': unknown function 'sine'\n" + functions +
                                    ". Did you mean 'sin'?"},
                {"system(x)", "column 1 of the formula, at 'system(x)': unknown function 'system'\n" + functions},
                {"x (time)", "column 1 of the formula, at 'x (time)': 'x' is not a function" + multiply},
                {"2 + sin", "column 5 of the formula, at 'sin': the function 'sin' needs its arguments in parentheses"},
                {"sin x", "column 1 of the formula, at 'sin x': the function 'sin' needs its arguments in parentheses"},
                {"u", "column 1 of the formula, at 'u': unknown name 'u'\nknown names: e, pi, time, width, x"}});
}

TEST_CASE("functions with a wrong number of arguments", "[formula]") {
  check_faults({{"sin()", "column 1 of the formula, at 'sin()': 'sin' takes 1 argument, got 0"},
                {"x*sin(x, 2)", "column 3 of the formula, at 'sin(x, 2)': 'sin' takes 1 argument, got 2"},
                {"atan2(x)", "column 1 of the formula, at 'atan2(x)': 'atan2' takes 2 arguments, got 1"},
                {"if(x, 1)", "column 1 of the formula, at 'if(x, 1)': 'if' takes 3 arguments, got 2"},
                {"max(x)", "column 1 of the formula, at 'max(x)': 'max' takes 2 or more arguments, got 1"},
                {"f(x, 2)", "column 1 of the formula, at 'f(x, 2)': 'f' takes 1 argument, got 2"},
                {"sin(x,)", "column 7 of the formula, at ')': expected a number, a name or '('"}});
}

TEST_CASE("numbers that are none", "[formula]") {
  check_faults({{"2*1e999", "column 3 of the formula, at '1e999': the number 1e999 is out of range"},
                {"1e-999", "column 1 of the formula, at '1e-999': the number 1e-999 is out of range"},
                {"x + .", "column 5 of the formula, at '.': expected a number"},
                {"1e", "column 2 of the formula, at 'e': expected an operator" + multiply},
                {"0x10", "column 2 of the formula, at 'x10': expected an operator" + multiply}});
}

TEST_CASE("formulas too deep, or too large once written out", "[formula]") {
  const std::string open(2000, '('), deep = "; at most 100 levels are possible";
  CHECK(deck::find_formula_fault(known_names, open + "x" + std::string(2000, ')')) ==
        "column 101 of the formula, at '" + std::string(60, '(') + "...': nested too deeply" + deep);
  CHECK_THAT(deck::find_formula_fault(known_names, std::string(4000, '-') + "x"), Contains("nested too deeply" + deep));
  std::string power = "x", call = "x";
  for (int n = 0; n < 1000; ++n) power += "^x";
  for (int n = 0; n < 600; ++n) call = "sin(" + call + ")";
  CHECK_THAT(deck::find_formula_fault(known_names, power), Contains("nested too deeply" + deep));
  CHECK_THAT(deck::find_formula_fault(known_names, call), Contains("nested too deeply" + deep));
  CHECK(deck::find_formula_fault(known_names, std::string(99, '(') + "x" + std::string(99, ')')).empty());

  deck::FormulaNames growing{{"x"}, {}, {"f0(u) = sin(u) + cos(u + 1)"}};
  for (int n = 1; n < 40; ++n) {
    const std::string before = "f" + std::to_string(n - 1);
    growing.definitions.push_back("f" + std::to_string(n) + "(u) = " + before + "(sin(u)) + " + before + "(cos(u))");
  }
  CHECK(deck::find_formula_fault(growing, "f39(x)") ==
        "formulas have more than 65536 parts when definitions are written out");
}

TEST_CASE("definitions and names that are wrong", "[formula]") {
  const auto define = [](const std::string& text) { return complain_about_names({{"x"}, {}, {"d = 1", text}}); };
  CHECK(define("") == "definition 2 is empty");
  CHECK(define("x + 1") == "column 3 of definition 2, at '+ 1': expected '='");
  CHECK(define("2 = x") == "column 1 of definition 2, at '2 = x': expected a name");
  CHECK(define("d = x") == "column 1 of definition 2, at 'd = x': 'd' has a meaning already");
  CHECK(define("x = 2") == "column 1 of definition 2, at 'x = 2': 'x' has a meaning already");
  CHECK(define("sin(u) = u") == "column 1 of definition 2, at 'sin(u) = u': 'sin' has a meaning already");
  CHECK(define("g(u, u) = u") == "column 6 of definition 2, at 'u) = u': two arguments are called 'u'");
  CHECK(define("g() = 2") == "column 3 of definition 2, at ') = 2': expected a name");
  CHECK(define("g(u = 2") == "column 5 of definition 2, at '= 2': expected ',' or ')'");
  CHECK(define("g(u) = g(u)").starts_with("column 8 of definition 2, at 'g(u)': unknown function 'g'\n"));
  CHECK(define("g = g") == "column 5 of definition 2, at 'g': unknown name 'g'\nknown names: d, e, pi, x");
  CHECK(define("g = ") == "column 5 of definition 2, at its end: expected a number, a name or '('");
  CHECK(define("e = x").empty());
  CHECK(complain_about_names({{"x", "x"}, {}, {}}) == "two values in formulas are called 'x'");
  CHECK(complain_about_names({{"x"}, {{"x", 1.0}}, {}}) == "two values in formulas are called 'x'");
  CHECK(complain_about_names({{"2x"}, {}, {}}) ==
        "'2x' cannot be a name in formulas\nexpected a letter or _, then letters, digits and _");
  CHECK_THAT(complain_about_names({{""}, {}, {}}), Contains("'' cannot be a name"));
}

TEST_CASE("damaged formulas", "[formula]") {
  const std::string sound = "0.25*(x^2 - 1)^2 + max(width, sin(2*pi*x), f(time)) - 1.5e-3**x";
  REQUIRE(deck::find_formula_fault(known_names, sound).empty());
  const char* words[] = {"(", ")", ",",    "^",  "**", "*",     "-",   "1e", ".",        "sin(", "f(",   "x", " ",
                         "=", "#", "\xff", "\n", "e",  "1e999", "if(", "pi", "\xcf\x80", "((((", "----", "2^"};
  int refused = 0;
  constexpr int times = 20000;
  for (int n = 0; n < times; ++n) {
    Draws draws(static_cast<std::uint64_t>(n) + 100000);
    std::string text = sound;
    for (std::size_t edits = 1 + draws.below(2); edits > 0 && !text.empty(); --edits) {
      const std::size_t at = draws.below(text.size());
      switch (draws.below(4)) {
        case 0:
          text[at] = static_cast<char>(draws.below(256));
          break;
        case 1:
          text.erase(at, draws.below(12));
          break;
        case 2:
          text.insert(at, text.substr(draws.below(text.size()), draws.below(20)));
          break;
        default:
          text.replace(at, draws.below(3), words[draws.below(std::size(words))]);
      }
    }
    INFO(text);
    const std::string fault = deck::find_formula_fault(known_names, text);
    if (fault.empty()) {
      deck::Formulas formulas(known_names);
      const auto f = formulas.parse(text);
      const auto program = formulas.compile({f, formulas.derivative(f, "x")});
      const double inputs[] = {0.5, 0.25};
      double outputs[2];
      program(inputs, outputs);
      const deck::Program::Column columns[] = {{inputs}, {inputs + 1}};
      double at_once[2];
      double* const results[] = {at_once, at_once + 1};
      program.evaluate(columns, 1, results);
      REQUIRE((at_once[0] == outputs[0] || (std::isnan(at_once[0]) && std::isnan(outputs[0]))));
    } else {
      ++refused;
      REQUIRE((fault.starts_with("column ") || fault.starts_with("the formula ")));
    }
  }
  REQUIRE(refused > times / 3);
  REQUIRE(times - refused > times / 20);
}
