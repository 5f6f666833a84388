// What forward derivatives cost, what is held, and constants.
#include "catch.hpp"
#include "diff/gradients.hpp"
#include "diff/mlp.hpp"
#include "diff/program.hpp"
#include "diff/tangents.hpp"

using namespace tessera;
using namespace tessera::diff;

namespace {

/// The integrand of action matching with its time derivative and gradient, those of the others frozen.
struct ActionRate {
  explicit ActionRate(bool is_entropic) {
    const Node t = graph.input(1), x = graph.input(3), probe = graph.input(3);
    const Node s = mlp(parameters, join(t, x));
    const Node gradient = hold(gradients(sum(s), {x})[0]);
    std::vector<Motions> noises;
    if (is_entropic) noises = {{{x, probe}}};
    const Node rate = generator(s, {{t, graph.fill(1.0, 1)}, {x, gradient}}, noises);
    std::vector<Node> wrt;
    for (const auto& slice : parameters.slices()) wrt.push_back(graph.parameter(slice));
    found = gradients(sum(rate), wrt);
  }
  Graph graph{8};
  Parameters parameters;
  Mlp mlp{parameters, "s", {4, 16, 16, 16, 1}, Function::silu};
  std::vector<Node> found;
};

}  // namespace

// Four layers: 3 products forwards (what comes out is not needed), 4 back to the gradient, 3 for the rate, which goes
// back by the same ones as the value, 2 back through the value, 4 + 3 for weights. A probe adds its way there (3) and
// back (2), and 3 for weights.
TEST_CASE("passes back share what is the same in them", "[diff]") {
  const ActionRate plain(false), entropic(true);
  CHECK(Program(plain.graph, plain.found).num_products() == 19);
  CHECK(Program(entropic.graph, entropic.found).num_products() == 27);
  // Nothing depends on the bias of the output: its gradient is not even computed.
  CHECK(entropic.found.back().entry().op == Operation::fill);
}

TEST_CASE("a Laplacian carries one array more than there are directions", "[diff]") {
  Graph graph(8);
  Parameters parameters;
  const Mlp mlp(parameters, "s", {3, 16, 16, 1}, Function::tanh);
  const Node x = graph.input(3), s = mlp(parameters, x);
  std::vector<Motions> axes;
  for (std::size_t n = 0; n < 3; ++n) {
    std::vector<double> axis(3);
    axis[n] = 1.0;
    axes.push_back({{x, spread(graph.constants(axis))}});
  }
  // Two layers of the network and of each direction, two of the sum, which is zero before the first activation.
  CHECK(Program(graph, {generator(s, {}, axes)}).num_products() == 2 + 3 * 2 + 2);
}

TEST_CASE("what is held has no derivative, but its value", "[diff]") {
  Graph graph(8);
  const Node x = graph.input(2), y = hold(square(x)) * x;
  Program program(graph, {y, gradients(y, {x})[0], tangent(y, {{x, graph.fill(1.0, 2)}})});
  Kokkos::deep_copy(program.input(x), 3.0);
  program.run({}, 8);
  CHECK(program.output(0)(2, 1) == 27.0);
  CHECK(program.output(1)(2, 1) == 9.0);
  CHECK(program.output(2)(2, 1) == 9.0);
  CHECK(tangent(hold(x), {{x, x}}).entry().op == Operation::fill);
}

TEST_CASE("constants stay while work arrays come and go", "[diff]") {
  Graph graph(8);
  const Node x = graph.input(3);
  Node y = x;
  for (int n = 0; n < 5; ++n) y = square(y) + graph.constants({1.0, -2.0, 0.5});
  CHECK(graph.constants().size() == 3);
  Program program(graph, {y, graph.constants({7.0, 8.0})});
  Kokkos::deep_copy(program.input(x), 0.0);
  for (int n = 0; n < 2; ++n) program.run({}, 8);
  CHECK(program.output(0)(7, 0) == 677.0);  // 1, 2, 5, 26, 677
  CHECK(program.output(0)(0, 1) == 2.0);    // -2, 2, 2...
  CHECK(program.output(1)(0, 1) == 8.0);
}

TEST_CASE("forward derivatives that cannot be are refused", "[diff]") {
  Graph graph(8);
  const Node x = graph.input(3), y = graph.input(2);
  CHECK_THROWS_WITH(tangent(square(x), {{x, y}}), Contains("a direction of 2 numbers for 3"));
  const Node third = apply(Function::tanh, x, 3);
  CHECK_THROWS_WITH(tangent(third, {{x, x}}), Contains("derivative 4"));
  CHECK(tangent(square(x), {{y, y}}).entry().op == Operation::fill);
}
