// Networks: what they are made of, what they see of the time, and how they begin.
#include <algorithm>
#include <cmath>
#include <vector>

#include "catch.hpp"
#include "diff/program.hpp"
#include "diff/timed_mlp.hpp"

using namespace tessera;
using namespace tessera::diff;

namespace {

Node layer(Graph& graph, const Parameters& parameters, const std::string& name, Node x) {
  return dense(x, graph.parameter(parameters.find(name + ".weight")), graph.parameter(parameters.find(name + ".bias")));
}

double mean_square(const std::vector<double>& numbers) {
  double sum = 0.0;
  for (const double number : numbers) sum += number * number;
  return sum / static_cast<double>(numbers.size());
}

}  // namespace

// What is recorded twice is one node: networks are compared with what they stand for by the numbers of nodes.
TEST_CASE("residual layers add to what goes into them where they can", "[diff]") {
  Graph graph(8);
  Parameters parameters;
  const Mlp mlp(parameters, "net", {.widths = {3, 6, 6, 5, 5, 5}, .activation = Function::tanh, .is_residual = true});
  const Node x = graph.input(3);
  const auto act = [&](int n, Node h) {
    return apply(Function::tanh, layer(graph, parameters, "net." + std::to_string(n), h));
  };
  Node h = act(0, x);
  h = h + act(1, h);
  h = act(2, h);
  h = h + act(3, h);
  CHECK(mlp(parameters, x).id() == layer(graph, parameters, "net.4", h).id());
}

TEST_CASE("a timed network sees the time in each of its layers", "[diff]") {
  Graph graph(8);
  Parameters parameters;
  const TimedMlp net(parameters, "net",
                     {.inputs = 3,
                      .width = 7,
                      .layers = 2,
                      .outputs = 4,
                      .activation = Function::silu,
                      .embedding = TimeEmbedding::periodic(2)});
  const Node t = graph.input(1), x = graph.input(3);
  const auto linear = [&](const std::string& name, Node y) { return layer(graph, parameters, "net." + name, y); };
  const auto act = [](Node y) { return apply(Function::silu, y); };
  const Node e = TimeEmbedding::periodic(2)(t);
  Node h = act(linear("in", x));
  for (const std::string n : {"0", "1"})
    h = act(linear("hidden." + n, h + linear("embedding." + n, act(linear("time." + n, e)))));
  const Node expected = linear("out.1", act(linear("out.0", h)));
  CHECK(net(parameters, t, x).id() == expected.id());
  CHECK(expected.width() == 4);
  net.draw(parameters, 3);
  CHECK(mean_square(parameters.get(parameters.find("net.embedding.1.weight"))) > 0.0);
}

TEST_CASE("times are seen raw, in slow waves or in harmonics", "[diff]") {
  Graph graph(8);
  const Node t = graph.input(1);
  CHECK(TimeEmbedding::raw()(t).id() == t.id());
  const auto slow = TimeEmbedding::sinusoidal(6), harmonic = TimeEmbedding::periodic(2);
  CHECK(slow.width() == 6);
  CHECK(harmonic.width() == 5);
  Program program(graph, {slow(t), harmonic(t)});
  Kokkos::deep_copy(program.input(t), 0.25);
  program.run({}, 8);
  const auto check = [](const Array2<double>& found, const std::vector<double>& expected) {
    REQUIRE(found.extent(1) == expected.size());
    for (std::size_t n = 0; n < expected.size(); ++n) CHECK_THAT(found(3, n), WithinAbs(expected[n], 1e-15));
  };
  // 1, 1/100, 1/10000
  check(program.output(0),
        {std::sin(0.25), std::sin(0.0025), std::sin(0.000025), std::cos(0.25), std::cos(0.0025), std::cos(0.000025)});
  check(program.output(1), {0.25, 1.0, 0.0, 0.0, -1.0});
  CHECK_THROWS_WITH(TimeEmbedding::sinusoidal(5), Contains("embedding of 5 numbers"));
  CHECK_THROWS_WITH(TimeEmbedding::sinusoidal(2), Contains("embedding of 2 numbers"));
}

TEST_CASE("first weights have the spread of their kind", "[diff]") {
  Parameters parameters;
  const Mlp mlp(parameters, "net", {100, 50, 200}, Function::tanh);
  const auto get = [&](const char* name) { return parameters.get(parameters.find(name)); };
  const auto spread_of = [&](Initialisation kind) {
    mlp.draw(parameters, 5, kind);
    return mean_square(get("net.1.weight"));
  };
  // 10000 numbers: their mean square is right to a few hundredths.
  CHECK_THAT(spread_of(Initialisation::fan_in), WithinRel(1.0 / 150.0, 0.04));
  CHECK_THAT(mean_square(get("net.1.bias")), WithinRel(1.0 / 150.0, 0.3));
  CHECK_THAT(spread_of(Initialisation::glorot_uniform), WithinRel(2.0 / 250.0, 0.04));
  CHECK(mean_square(get("net.1.bias")) == 0.0);
  CHECK_THAT(spread_of(Initialisation::lecun_normal), WithinRel(1.0 / 50.0, 0.06));
  CHECK_THAT(spread_of(Initialisation::he_normal), WithinRel(2.0 / 50.0, 0.06));
  const auto weights = get("net.1.weight");
  CHECK(*std::max_element(weights.begin(), weights.end()) > 3.0 * std::sqrt(2.0 / 50.0));  // of a bell, not of a box
  mlp.draw(parameters, 5, Initialisation::he_normal, Initialisation::zero);
  CHECK(mean_square(get("net.1.weight")) == 0.0);
  CHECK(mean_square(get("net.0.weight")) > 0.0);
}

TEST_CASE("first weights of a layer do not depend on what comes after it", "[diff]") {
  Parameters shallow, deep;
  Mlp(shallow, "net", {3, 8, 1}, Function::silu).draw(shallow, 9, Initialisation::he_normal);
  Mlp(deep, "net", {3, 8, 8, 1}, Function::silu).draw(deep, 9, Initialisation::he_normal);
  CHECK(shallow.get(shallow.find("net.0.weight")) == deep.get(deep.find("net.0.weight")));
  CHECK(shallow.get(shallow.find("net.1.weight")) != deep.get(deep.find("net.1.weight")));
}
