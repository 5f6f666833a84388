// Derivatives of formulas beside differences of their values.
#include <array>
#include <cmath>
#include <cstdint>
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

const std::array<const char*, 3> variables{"x", "y", "z"};

using Point = std::array<double, 3>;

double evaluate(const deck::Program& program, const Point& at) {
  double output = 0.0;
  program(at.data(), &output);
  return output;
}

/// (f(x + h) - f(x - h))/(2h), extrapolated from two steps: the error is of fourth order.
double difference(const deck::Program& program, Point at, std::size_t d, double h) {
  const auto slope = [&](double step) {
    Point up = at, down = at;
    up[d] += step;
    down[d] -= step;
    return (evaluate(program, up) - evaluate(program, down)) / (2.0 * step);
  };
  return (4.0 * slope(h) - slope(2.0 * h)) / 3.0;
}

double derivative_at(const std::string& text, double x, double y = 0.0) {
  deck::Formulas formulas(names);
  return evaluate(formulas.compile({formulas.derivative(formulas.parse(text), "x")}), {x, y, 0.0});
}

std::size_t count_derivative_operations(const std::string& text) {
  deck::Formulas formulas(names);
  return formulas.compile({formulas.derivative(formulas.parse(text), "x")}).instructions().size();
}

struct Tally {
  int compared = 0, skipped = 0, undefined = 0;
};

/// At points where two differences agree, so that neither rounding nor a pole or a kink spoils them.
void compare(const std::string& text, std::uint64_t id, Tally& tally) {
  deck::Formulas formulas(names);
  const auto f = formulas.parse(text);
  const auto program = formulas.compile({f});
  for (std::size_t d = 0; d < 3; ++d) {
    const auto derivative = formulas.compile({formulas.derivative(f, variables[d])});
    Draws draws(id);
    for (int n = 0; n < 5; ++n) {
      const Point at{draws.between(-1.5, 1.5), draws.between(-1.5, 1.5), draws.between(-1.5, 1.5)};
      const double fine = difference(program, at, d, 2e-4), coarse = difference(program, at, d, 4e-4);
      const double scale = 1.0 + std::fabs(fine) + std::fabs(evaluate(program, at));
      if (!(std::fabs(fine - coarse) < 1e-8 * scale)) {
        ++tally.skipped;
        continue;
      }
      const double slope = evaluate(derivative, at);
      if (!std::isfinite(slope)) {  // 0*inf, where sqrt(u) and the like are flat at 0
        ++tally.undefined;
        continue;
      }
      ++tally.compared;
      INFO("d/d" << variables[d] << " " << text << " at " << at[0] << " " << at[1] << " " << at[2]);
      REQUIRE(std::fabs(slope - fine) < 1e-6 * scale);
    }
  }
}

}  // namespace

TEST_CASE("derivatives of each function", "[formula]") {
  Tally tally;
  std::uint64_t id = 0;
  for (const char* text : {"abs(x*y)",
                           "sign(x)*y",
                           "step(x)*x",
                           "floor(3*x)*y + x",
                           "ceil(3*x)*y + x",
                           "sqrt(3 + x*y)",
                           "cbrt(x*y)",
                           "exp(x*y)",
                           "log(3 + x*y)",
                           "log10(3 + x*y)",
                           "sin(x*y)",
                           "cos(x*y)",
                           "tan(x*y/3)",
                           "asin(x*y/3)",
                           "acos(x*y/3)",
                           "atan(x*y)",
                           "sinh(x*y)",
                           "cosh(x*y)",
                           "tanh(x*y)",
                           "erf(x*y)",
                           "x*y + y*z - z/(2 + x)",
                           "-x^3",
                           "x^5 - x^-2",
                           "(2 + x)^2.5",
                           "2^(x*y)",
                           "(2 + x)^y",
                           "e^(x - y)",
                           "atan2(x*y, z)",
                           "min(x, y*z)",
                           "max(x, y*z)",
                           "min(x, y, z)",
                           "mod(x*y, 0.7)",
                           "mod(5, 0.4 + x^2)",
                           "if(x, sin(y), y*z)",
                           "k*x*y*z"})
    compare(text, ++id, tally);
  CHECK(tally.skipped * 10 < tally.compared);
  CHECK(tally.undefined == 0);
}

TEST_CASE("derivatives of formulas made at random", "[formula]") {
  Tally tally;
  for (std::uint64_t n = 0; n < 2000; ++n) {
    Draws draws(5000 + n);
    compare(random_formula(draws, 4, n % 2 == 0), 9000 + n, tally);
  }
  INFO(tally.compared << " compared, " << tally.skipped << " skipped, " << tally.undefined << " undefined");
  CHECK(tally.compared > 15000);
  CHECK(tally.undefined < 150);
}

TEST_CASE("derivatives are as short as by hand", "[formula]") {
  CHECK(count_derivative_operations("3*y + k") == 1);           // 0
  CHECK(count_derivative_operations("5*x + y") == 1);           // 5
  CHECK(count_derivative_operations("x^2") == 1);               // 2*x
  CHECK(count_derivative_operations("x^3/3") == 3);             // 3*x^2/3
  CHECK(count_derivative_operations("0.5*k*x^2") == 1);         // k*x
  CHECK(count_derivative_operations("x*y") == 1);               // y
  CHECK(count_derivative_operations("exp(x)") == 1);            // exp(x)
  CHECK(count_derivative_operations("cos(y*x)") == 4);          // -(sin(y*x)*y)
  CHECK(count_derivative_operations("0.25*(x^2 - 1)^2") == 3);  // (x^2 - 1)*x
}

TEST_CASE("derivatives at kinks are those of one side", "[formula]") {
  CHECK(derivative_at("abs(x)", 0.0) == 0.0);  // between both
  CHECK(derivative_at("max(x, 2*x)", 0.0) == 1.0);
  CHECK(derivative_at("step(x)", 0.0) == 0.0);
  CHECK(derivative_at("x^3", 0.0) == 0.0);
  CHECK(derivative_at("x^y", 0.0, 3.0) == 0.0);
}

TEST_CASE("second derivatives and Jacobians", "[formula]") {
  deck::Formulas formulas({{"x", "y", "z"}, {{"sigma", 10.0}, {"rho", 28.0}, {"beta", 2.5}}, {}});
  std::vector<deck::Formulas::Expression> entries;
  for (const char* text : {"sigma*(y - x)", "x*(rho - z) - y", "x*y - beta*z"}) {
    const auto f = formulas.parse(text);
    for (const char* variable : variables) entries.push_back(formulas.derivative(f, variable));
  }
  const Point at{1.0, 2.0, 3.0};
  std::array<double, 9> jacobian{};
  formulas.compile(entries)(at.data(), jacobian.data());
  CHECK(jacobian == std::array<double, 9>{-10.0, 10.0, 0.0, 25.0, -1.0, -1.0, 2.0, 1.0, -2.5});

  const auto once = formulas.derivative(formulas.parse("sin(x*y)"), "x");
  const auto twice = formulas.compile({formulas.derivative(once, "y")});
  CHECK(evaluate(twice, at) == Approx(std::cos(2.0) - 2.0 * std::sin(2.0)).epsilon(1e-15));
  CHECK_THROWS_WITH(formulas.derivative(once, "sigma"), Contains("no variable 'sigma'"));
}
