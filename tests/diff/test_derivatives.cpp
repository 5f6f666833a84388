// Every operation's first and second derivatives (third ones of smooth activations), in reverse against differences,
// and forwards against those in reverse.
#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "diff/gradients.hpp"
#include "diff/mlp.hpp"
#include "diff/program.hpp"
#include "directional.hpp"

using namespace tessera;
using namespace tessera::diff;
using test::Sample;

namespace {

void check(const Sample& sample) {
  INFO(sample.name);
  for (const auto& [exact, differences, forward, mixed] : test::compare(sample)) {
    const double scale = std::max(1.0, std::fabs(exact));
    CHECK(std::isfinite(exact));
    CHECK_THAT(exact, WithinAbs(differences, 2e-9 * scale));
    CHECK_THAT(forward, WithinAbs(exact, 1e-11 * scale));
    CHECK_THAT(mixed, WithinAbs(exact, 1e-11 * scale));
  }
  const auto generator = test::compare_generator(sample);
  const auto near = [](double x) { return WithinAbs(x, 1e-11 * std::max(1.0, std::fabs(x))); };
  CHECK_THAT(generator.value, near(generator.from_tangents));
  CHECK_THAT(generator.slope, near(generator.slope_from_tangents));
}

/// A function of a function, so that second derivatives have both of their terms.
Sample curved(const std::string& name, Function function, bool positive, std::int64_t max_order) {
  return {.name = name,
          .width = 2,
          .function = [function](Node x, Node) { return apply(function, x * x + 0.5); },
          .positive = positive,
          .max_order = max_order};
}

}  // namespace

TEST_CASE("derivatives of functions of one number", "[diff]") {
  check(curved("sigmoid", Function::sigmoid, false, 3));
  check(curved("tanh", Function::tanh, false, 3));
  check(curved("silu", Function::silu, false, 3));
  check(curved("softplus", Function::softplus, false, 3));
  check(curved("exp", Function::exp, false, 3));
  check(curved("log", Function::log, false, 3));
  check(curved("sin", Function::sin, false, 3));
  check(curved("cos", Function::cos, false, 3));
  check(curved("reciprocal", Function::reciprocal, false, 3));
  check(curved("sqrt", Function::sqrt, false, 3));
  check({.name = "relu", .width = 3, .function = [](Node x, Node) { return apply(Function::relu, x) * x; }});
}

TEST_CASE("derivatives of operations on numbers one by one", "[diff]") {
  const auto half = [](Node x, int n) { return slice(x, 2 * n, 2); };
  check({.name = "combine", .width = 4, .function = [=](Node x, Node) {
           const Node c = combine(2.0, half(x, 0), -3.0, half(x, 1));
           return c * c * c;
         }});
  check({.name = "scale_shift", .width = 2, .function = [](Node x, Node) {
           return square(scale_shift(x * x, -2.0, 3.0));
         }});
  check(
      {.name = "product", .width = 4, .function = [=](Node x, Node) { return half(x, 0) * half(x, 1) * half(x, 0); }});
  check({.name = "quotient",
         .width = 4,
         .function = [=](Node x, Node) { return half(x, 0) / half(x, 1); },
         .positive = true});
  check({.name = "minimum", .width = 3, .function = [](Node x, Node) { return minimum(x * x * x, -x) * x; }});
  check({.name = "maximum", .width = 3, .function = [](Node x, Node) { return maximum(x * x * x, -x) * x; }});
  check({.name = "clip", .width = 3, .function = [](Node x, Node) { return clip(x, -0.2, 5.0) * x * x; }});
}

TEST_CASE("derivatives of sums, slices and broadcasts", "[diff]") {
  check({.name = "row_sum", .width = 3, .function = [](Node x, Node) { return square(row_sum(x * x)); }});
  check({.name = "repeat", .width = 3, .function = [](Node x, Node) { return x * repeat(row_sum(square(x)), 3); }});
  check({.name = "sum", .width = 3, .function = [](Node x, Node) { return square(sum(square(x))); }});
  check({.name = "spread", .width = 3, .num_parameters = 3, .function = [](Node x, Node p) {
           return square(spread(p)) * x * x;
         }});
  check({.name = "shared", .width = 3, .num_parameters = 3, .function = [](Node, Node p) { return p * p * p; }});
  check({.name = "slice", .width = 5, .function = [](Node x, Node) { return square(slice(x * x, 1, 3)); }});
  check({.name = "pad", .width = 2, .function = [](Node x, Node) { return square(pad(x * x, 1, 5) + 1.0); }});
  check({.name = "join", .width = 3, .function = [](Node x, Node) { return square(join(x * x, row_sum(x))); }});
  check({.name = "keep", .width = 3, .function = [](Node x, Node) { return square(keep(x * x)); }});
  check({.name = "coupled rows", .width = 2, .function = [](Node x, Node) { return x * spread(sum(x * x)); }});
}

TEST_CASE("derivatives of products with matrices", "[diff]") {
  const auto matrix = [](Node p) { return slice(p, 0, 12); };
  check({.name = "dense",
         .width = 3,
         .num_parameters = 16,
         .function = [=](Node x, Node p) { return square(dense(x, matrix(p), slice(p, 12, 4))); },
         .max_order = 3});
  check({.name = "dense_back",
         .width = 4,
         .num_parameters = 12,
         .function = [](Node x, Node p) { return square(dense_back(x, p)); },
         .max_order = 3});
  check({.name = "outer",
         .width = 5,
         .function = [](Node x, Node) { return square(outer(slice(x, 0, 2), slice(x * x, 2, 3))); },
         .max_order = 3});
}

TEST_CASE("derivatives of a network whose loss holds its derivative", "[diff]") {
  Parameters layout;
  const Mlp mlp(layout, "s", {3, 7, 5, 1}, Function::silu);
  // Action matching: |grad s|^2/2 + ds/dt, of rows (t, x).
  check({.name = "action",
         .width = 3,
         .num_parameters = layout.size(),
         .function =
             [&](Node x, Node p) {
               Node y = x;
               for (int n = 0; n < 3; ++n) {
                 const auto& w = layout.find("s." + std::to_string(n) + ".weight");
                 const auto& b = layout.find("s." + std::to_string(n) + ".bias");
                 y = dense(n == 0 ? y : apply(Function::silu, y), slice(p, w.first, w.size()),
                           slice(p, b.first, b.size()));
               }
               const Node gradient = gradients(y, {x})[0];
               return 0.5 * row_sum(square(slice(gradient, 1, 2))) + slice(gradient, 0, 1);
             },
         .has_third = false});
}

TEST_CASE("ties share their gradient, bounds have all of theirs", "[diff]") {
  Graph graph(8);
  const Node x = graph.input(1), y = graph.input(1);
  const auto found = gradients(minimum(x, y), {x, y});
  Program program(graph, {found[0], found[1], gradients(clip(x, -1.0, 2.0), {x})[0], gradients(x, {y})[0]});
  Kokkos::deep_copy(program.input(x), 2.0);
  Kokkos::deep_copy(program.input(y), 2.0);
  program.run({}, 8);
  CHECK(program.output(0)(3, 0) == 0.5);
  CHECK(program.output(1)(3, 0) == 0.5);
  CHECK(program.output(2)(3, 0) == 1.0);
  CHECK(program.output(3)(3, 0) == 0.0);
}
