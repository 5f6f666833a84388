// What formulas mean: values beside those of C++, one point at a time, many at once, and in kernels.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/kokkos.hpp"
#include "catch.hpp"
#include "deck/formula.hpp"
#include "deck/formula_program.hpp"
#include "formula_text.hpp"

using namespace tessera;
using namespace tessera::test;
using deck::compile_formulas;

namespace {

double value(const std::string& text, double x = 0.0, double y = 0.0, double z = 0.0) {
  INFO(text);
  const double inputs[] = {x, y, z};
  double output = 0.0;
  compile_formulas(names, {text})(inputs, &output);
  return output;
}

std::size_t count_operations(const std::string& text) { return compile_formulas(names, {text}).instructions().size(); }

/// NaN has many forms, and which one results is up to the processor.
bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (std::isnan(a) && std::isnan(b));
}

}  // namespace

TEST_CASE("operators bind as in mathematics", "[formula]") {
  CHECK(value("1 + 2*3") == 7.0);
  CHECK(value("(1 + 2)*3") == 9.0);
  CHECK(value("7 - 2 - 1") == 4.0);
  CHECK(value("16/4/2") == 2.0);
  CHECK(value("16/4*2") == 8.0);
  CHECK(value("2^3^2") == 512.0);
  CHECK(value("2**3**2") == 512.0);
  CHECK(value("-x^2", 3.0) == -9.0);
  CHECK(value("(-x)^2", 3.0) == 9.0);
  CHECK(value("-x**2", 3.0) == -9.0);
  CHECK(value("2*-x", 3.0) == -6.0);
  CHECK(value("2 - -x", 3.0) == 5.0);
  CHECK(value("- -+x", 3.0) == 3.0);
  CHECK(value("2^-x", 2.0) == 0.25);
  CHECK(value("-2^-x^2", 1.0) == -0.5);
  CHECK(value("x^2*y", 3.0, 2.0) == 18.0);
  CHECK(value("x*y^2", 3.0, 2.0) == 12.0);
  CHECK(value("x/y^2", 3.0, 2.0) == 0.75);
  CHECK(value("2/x*y", 4.0, 3.0) == 1.5);
}

TEST_CASE("numbers, names and white space", "[formula]") {
  CHECK(value("12") == 12.0);
  CHECK(value(".5") == 0.5);
  CHECK(value("2.") == 2.0);
  CHECK(value("1.5e-3") == 1.5e-3);
  CHECK(value("1E+3") == 1000.0);
  CHECK(value("\t x\n + \r k ", 2.0) == 3.5);
  CHECK(value("pi") == std::numbers::pi);
  CHECK(value("e") == std::numbers::e);
  const deck::FormulaNames own{
      {"e", "sin"}, {{"pi", 3.0}}, {}};  // of the user's own: before constants, beside functions
  const double inputs[] = {0.25, 2.0};
  double output = 0.0;
  compile_formulas(own, {"e + pi + sin*sin(sin)"})(inputs, &output);
  CHECK(output == 3.25 + 2.0 * std::sin(2.0));
}

TEST_CASE("functions have the values of C++", "[formula]") {
  struct Case {
    std::string text;
    std::function<double(double, double, double)> function;
  };
  const double k = 1.5;
  const std::vector<Case> cases{
      {"abs(x)", [](double x, double, double) { return std::fabs(x); }},
      {"sign(x)", [](double x, double, double) { return x > 0.0 ? 1.0 : -1.0; }},
      {"step(x)", [](double x, double, double) { return x > 0.0 ? 1.0 : 0.0; }},
      {"heaviside(x) + 2*H(y)",
       [](double x, double y, double) { return (x > 0.0 ? 1.0 : 0.0) + (y > 0.0 ? 2.0 : 0.0); }},
      {"floor(3*x)", [](double x, double, double) { return std::floor(3.0 * x); }},
      {"ceil(3*x)", [](double x, double, double) { return std::ceil(3.0 * x); }},
      {"sqrt(1 + x)", [](double x, double, double) { return std::sqrt(1.0 + x); }},
      {"cbrt(x)", [](double x, double, double) { return std::cbrt(x); }},
      {"exp(x)", [](double x, double, double) { return std::exp(x); }},
      {"log(1.5 + x)", [](double x, double, double) { return std::log(1.5 + x); }},
      {"log10(1.5 + x)", [](double x, double, double) { return std::log10(1.5 + x); }},
      {"sin(x)", [](double x, double, double) { return std::sin(x); }},
      {"cos(x)", [](double x, double, double) { return std::cos(x); }},
      {"tan(x)", [](double x, double, double) { return std::tan(x); }},
      {"asin(x)", [](double x, double, double) { return std::asin(x); }},
      {"acos(x)", [](double x, double, double) { return std::acos(x); }},
      {"atan(x)", [](double x, double, double) { return std::atan(x); }},
      {"sinh(x)", [](double x, double, double) { return std::sinh(x); }},
      {"cosh(x)", [](double x, double, double) { return std::cosh(x); }},
      {"tanh(x)", [](double x, double, double) { return std::tanh(x); }},
      {"erf(x)", [](double x, double, double) { return std::erf(x); }},
      {"atan2(y, x)", [](double x, double y, double) { return std::atan2(y, x); }},
      {"pow(1 + x, y)", [](double x, double y, double) { return std::pow(1.0 + x, y); }},
      {"(1 + x)^y", [](double x, double y, double) { return std::pow(1.0 + x, y); }},
      {"min(x, y)", [](double x, double y, double) { return std::fmin(x, y); }},
      {"max(x, y, z)", [](double x, double y, double z) { return std::fmax(std::fmax(x, y), z); }},
      {"min(x, y, z, 0.1)",
       [](double x, double y, double z) {
         return std::min({x, y, z, 0.1});
       }},
      {"mod(3*x, 0.5)", [](double x, double, double) { return 3.0 * x - 0.5 * std::floor(3.0 * x / 0.5); }},
      {"if(x, y, z)", [](double x, double y, double z) { return x > 0.0 ? y : z; }},
      {"exp(-((x-0.5)/0.1)^2) * cos(2*pi*x)",
       [](double x, double, double) {
         return std::exp(-std::pow((x - 0.5) / 0.1, 2)) * std::cos(2.0 * std::numbers::pi * x);
       }},
      {"0.25*(x^2-1)^2 + 0.5*k*y^2",
       [k](double x, double y, double) { return 0.25 * std::pow(x * x - 1.0, 2) + 0.5 * k * y * y; }},
      {"1/x^3 + x^-2 + x^12 + x^16",
       [](double x, double, double) { return std::pow(x, -3) + std::pow(x, -2) + std::pow(x, 12) + std::pow(x, 16); }}};
  Draws draws(1);
  for (const auto& one : cases) {
    INFO(one.text);
    const auto program = compile_formulas(names, {one.text});
    for (int n = 0; n < 100; ++n) {
      const double x[] = {draws.between(-1.0, 1.0), draws.between(-1.0, 1.0), draws.between(-1.0, 1.0)};
      double output = 0.0;
      program(x, &output);
      const double expected = one.function(x[0], x[1], x[2]);
      REQUIRE(std::fabs(output - expected) <= 1e-14 * (1.0 + std::fabs(expected)));
    }
  }
}

TEST_CASE("functions at their edges", "[formula]") {
  CHECK(value("step(0)") == 0.0);
  CHECK(value("sign(0)") == 0.0);
  CHECK(value("step(x)", 0.0) == 0.0);
  CHECK(value("sign(x)", -0.0) == 0.0);
  CHECK(value("if(x, 1, 2)", 0.0) == 2.0);
  CHECK(value("mod(x, 3)", -1.0) == 2.0);
  CHECK(value("mod(x, -3)", 1.0) == -2.0);
  CHECK(value("mod(x, 3)", 6.0) == 0.0);
  CHECK(value("if(x, y, log(x))", 1.0, 2.0) == 2.0);  // the other side, which has no value, does not matter
  CHECK(value("if(x, log(x), y)", -1.0, 2.0) == 2.0);
  CHECK(std::isnan(value("log(x)", -1.0)));
  CHECK(std::isinf(value("1/x", 0.0)));
  CHECK(std::isnan(value("sqrt(-1)")));
}

TEST_CASE("definitions are shared by the formulas after them", "[formula]") {
  const deck::FormulaNames own{
      {"x", "y"}, {{"a", 2.0}}, {"d = x - y", "f(u) = u^2 + a*d", "g(u, v) = f(u)*f(v) - x", "pi = 3", "x0=g(1,2)"}};
  const auto program = compile_formulas(own, {"d", "f(3)", "g(d, f(x))", "pi", "x0", "d", "y", "7"});
  const double x = 0.75, y = 0.5, d = x - y;
  const auto f = [&](double u) { return u * u + 2.0 * d; };
  const double inputs[] = {x, y};
  double output[8] = {};
  program(inputs, output);
  const double expected[] = {d, f(3.0), f(d) * f(f(x)) - x, 3.0, f(1.0) * f(2.0) - x, d, y, 7.0};
  for (std::size_t n = 0; n < 8; ++n) CHECK(output[n] == Approx(expected[n]).epsilon(1e-15));
}

TEST_CASE("what is known beforehand is not computed again", "[formula]") {
  CHECK(count_operations("sin(2*pi)*k^2.5 + 3") == 1);  // a number, put into the result
  CHECK(count_operations("x") == 1);
  CHECK(count_operations("x + 0*y") == 1);
  CHECK(count_operations("1*x - 0") == 1);
  CHECK(count_operations("x^2") == 1);
  CHECK(count_operations("x^4") == 2);
  CHECK(count_operations("x^2 + x^4 + x^6") == 5);
  CHECK(count_operations("(x*y + z)*(y*x + z)") == 3);
  CHECK(count_operations("2*(3*x)") == 1);
  CHECK(count_operations("sin(x + y) + cos(y + x)") == 4);
  const auto half = compile_formulas(names, {"x/2"});  // exactly half of it, without a division
  REQUIRE(half.instructions().size() == 1);
  CHECK(half.instructions()[0].op == deck::Op::multiply);
  CHECK(compile_formulas(names, {"x/3"}).instructions()[0].op == deck::Op::divide);
  CHECK(compile_formulas(names, {"x^0.5"}).instructions()[0].op == deck::Op::sqrt);
  CHECK(compile_formulas(names, {"e^x"}).instructions()[0].op == deck::Op::exp);
}

TEST_CASE("many points at once give the same bits as one by one", "[formula]") {
  constexpr std::size_t most = 600;
  std::vector<std::vector<double>> x(3, std::vector<double>(most));
  Draws points(2);
  for (auto& column : x)
    for (double& one : column) one = points.between(-2.0, 2.0);
  for (std::uint64_t n = 0; n < 300; ++n) {
    Draws draws(1000 + n);
    const std::string first = random_formula(draws, 5, true), second = random_formula(draws, 3, true);
    INFO(first << "\n" << second);
    const auto program = compile_formulas(names, {first, second, "y", first});
    const bool is_uniform = n % 2 == 0;
    const std::size_t count = n % 3 == 0 ? most : draws.below(most);
    const deck::Program::Column columns[] = {{x[0].data()}, {x[1].data(), is_uniform}, {x[2].data()}};
    std::vector<std::vector<double>> result(4, std::vector<double>(most, -7.0));
    double* const outputs[] = {result[0].data(), result[1].data(), result[2].data(), result[3].data()};
    program.evaluate(columns, count, outputs);
    std::size_t num_different = 0;
    for (std::size_t i = 0; i < most; ++i) {
      const double inputs[] = {x[0][i], x[1][is_uniform ? 0 : i], x[2][i]};
      double expected[] = {-7.0, -7.0, -7.0, -7.0};
      if (i < count) program(inputs, expected);
      for (std::size_t output = 0; output < 4; ++output)
        if (!same_bits(result[output][i], expected[output])) ++num_different;
    }
    REQUIRE(num_different == 0);
  }
}

TEST_CASE("a program of more intermediate values than there is room for", "[formula]") {
  // Each pair waits for the sum around it.
  const auto nested = [](int depth) {
    std::string text = "x";
    for (int n = 0; n < depth; ++n)
      text = "sin(x + " + std::to_string(n) + ") + (" + text + ")*(y + " + std::to_string(n) + ")";
    return text;
  };
  CHECK(std::isfinite(value(nested(30), 0.5, 0.1)));
  CHECK_THROWS_WITH(compile_formulas(names, {nested(70)}),
                    "formulas need more than 64 intermediate values at once; compute them in fewer steps");
}

namespace {

/// Values of a formula along a line, where kernels run.
std::vector<double> evaluate_in_kernel(const deck::DeviceProgram& program, const std::vector<double>& at) {
  const auto f = program.view();
  Array1<double> x("x", at.size()), result("result", at.size());
  auto on_host = Kokkos::create_mirror_view(x);
  for (std::size_t n = 0; n < at.size(); ++n) on_host(n) = at[n];
  Kokkos::deep_copy(x, on_host);
  Kokkos::parallel_for(
      Range(0, at.size()), KOKKOS_LAMBDA(int n) {
        const double inputs[] = {x(n), 2.0 * x(n), 0.25};
        double outputs[2];
        f(inputs, outputs);
        result(n) = outputs[0] + outputs[1];
      });
  auto back = Kokkos::create_mirror_view(result);
  Kokkos::deep_copy(back, result);
  return {back.data(), back.data() + at.size()};
}

}  // namespace

TEST_CASE("programs run in kernels", "[formula]") {
  static_assert(std::is_trivially_copyable_v<deck::ProgramView>);
  Draws draws(3);
  std::vector<double> at(1000);
  for (double& x : at) x = draws.between(-1.0, 1.0);
  const auto program = compile_formulas(names, {"exp(-((x-0.5)/0.1)^2) * cos(2*pi*x)", "max(x, y, z) + k*x^3"});
  const auto result = evaluate_in_kernel(deck::DeviceProgram(program), at);
  for (std::size_t n = 0; n < at.size(); ++n) {
    const double x = at[n];
    const double expected = std::exp(-std::pow((x - 0.5) / 0.1, 2)) * std::cos(2.0 * std::numbers::pi * x) +
                            std::max({x, 2.0 * x, 0.25}) + 1.5 * x * x * x;
    REQUIRE(result[n] == Approx(expected).epsilon(1e-13).margin(1e-13));
  }
}
