// What is recorded, laid out and refused.
#include "catch.hpp"
#include "diff/gradients.hpp"
#include "diff/mlp.hpp"
#include "diff/program.hpp"

using namespace tessera;
using namespace tessera::diff;

TEST_CASE("what is recorded twice is one node, what is trivial none", "[diff]") {
  Graph graph(16);
  const Node x = graph.input(3), y = graph.input(3);
  CHECK(x.id() != y.id());
  CHECK((x * y).id() == (x * y).id());
  CHECK((x + 0.0).id() == x.id());
  CHECK((x * graph.fill(1.0, 3)).id() == x.id());
  CHECK((2.0 * (3.0 * x + 1.0)).id() == scale_shift(x, 6.0, 2.0).id());
  CHECK(slice(x, 0, 3).id() == x.id());
}

TEST_CASE("a program holds only what is needed, and only as long", "[diff]") {
  Graph graph(16);
  const Node x = graph.input(4);
  Node y = x;
  for (int n = 0; n < 50; ++n) y = square(y) + 0.5;
  const Node z = apply(Function::exp, x);
  const Program both(graph, {y, z}), one(graph, {z});
  CHECK(one.num_operations() == 1);
  CHECK(both.num_operations() == 101);
  CHECK(both.work_size() <= 16 * 4 * 4);  // input, two in turn, and the other output
}

TEST_CASE("an input keeps what was put there, however late it was recorded", "[diff]") {
  Graph graph(8);
  const Node x = graph.input(2);
  const Node early = square(square(square(x)));
  const Node late = graph.input(2);
  Program program(graph, {early + late});
  Kokkos::deep_copy(program.input(x), 1.0);
  Kokkos::deep_copy(program.input(late), 5.0);
  for (int n = 0; n < 2; ++n) program.run({}, 8);
  CHECK(program.output(0)(2, 1) == 6.0);
}

TEST_CASE("inputs beyond the rows are copies of the first", "[diff]") {
  Graph graph(8);
  const Node x = graph.input(2);
  Program program(graph, {sum(x), x});
  data::RowArray<double> rows("rows", 10, 2);
  for (int row = 0; row < 10; ++row) rows(row, 0) = row, rows(row, 1) = 10 + row;
  program.load(x, rows, 4, 3);
  program.run({}, 3);
  CHECK(program.output(0)(0, 0) == 4.0 + 5.0 + 6.0);
  CHECK(program.output(0)(0, 1) == 14.0 + 15.0 + 16.0);
  CHECK(program.output(1)(7, 1) == 14.0);
}

TEST_CASE("a parameter can be an output", "[diff]") {
  Parameters parameters;
  parameters.add("a", 2, 3);
  parameters.set(parameters.find("a"), {1, 2, 3, 4, 5, 6});
  Graph graph(8);
  const Node a = graph.parameter(parameters.find("a"));
  Program program(graph, {a, a * a});
  program.run(parameters.values(), 1);
  CHECK(program.output(0)(0, 4) == 5.0);
  CHECK(program.output(1)(0, 5) == 36.0);
}

// x + x w' in the place of x would spoil what the product still reads.
TEST_CASE("products are added to what is there, but for what they are made of", "[diff]") {
  Parameters parameters;
  parameters.add("w", 2, 2);
  parameters.set(parameters.find("w"), {1, 2, 3, 4});
  Graph graph(8);
  const Node x = graph.input(2), y = x * x, w = graph.parameter(parameters.find("w"));
  const Node own = y + dense(y, w);
  const Node twice = dense(own, w) + dense_back(own, w), thrice = twice + dense(own, w);
  const Node squares = outer(y, y) + outer(own, x);
  Program program(graph, {thrice, squares, dense_back(y, w), dense_back(y, w) + y});
  CHECK(program.num_products() == 6);
  CHECK(program.num_operations() == 1 + 6 + 2);  // the square, and sums with what is needed by itself, too
  const auto at = program.input(x);
  for (std::int64_t row = 0; row < 8; ++row)
    at(row, 0) = 1.0 + static_cast<double>(row), at(row, 1) = 2.0 - static_cast<double>(row);
  program.run(parameters.values(), 3);
  std::vector<double> sums(4);
  for (std::int64_t row = 0; row < 3; ++row) {
    const double x0 = 1.0 + static_cast<double>(row), x1 = 2.0 - static_cast<double>(row), y0 = x0 * x0, y1 = x1 * x1;
    const double own0 = y0 + y0 + 2 * y1, own1 = y1 + 3 * y0 + 4 * y1;
    CHECK(program.output(0)(row, 0) == 2 * (own0 + 2 * own1) + own0 + 3 * own1);
    CHECK(program.output(0)(row, 1) == 2 * (3 * own0 + 4 * own1) + 2 * own0 + 4 * own1);
    CHECK(program.output(3)(row, 1) == 2 * y0 + 4 * y1 + y1);
    sums[0] += y0 * y0 + own0 * x0;
    sums[1] += y0 * y1 + own0 * x1;
    sums[2] += y1 * y0 + own1 * x0;
    sums[3] += y1 * y1 + own1 * x1;
  }
  for (std::int64_t n = 0; n < 4; ++n) CHECK(program.output(1)(0, n) == sums[static_cast<std::size_t>(n)]);
}

TEST_CASE("shapes that do not go together are refused", "[diff]") {
  Graph graph(8), other(8);
  Parameters parameters;
  parameters.add("w", 4, 3);
  const Node x = graph.input(3), y = graph.input(2), w = graph.parameter(parameters.find("w"));
  CHECK_THROWS_WITH(x + y, Contains("sum of rows of 3 and rows of 2"));
  CHECK_THROWS_WITH(x * y, Contains("product of rows of 3 and rows of 2"));
  CHECK_THROWS_WITH(x * other.input(3), Contains("two graphs"));
  CHECK_THROWS_WITH(slice(x, 2, 2), Contains("numbers 2 to 4 of rows of 3"));
  CHECK_THROWS_WITH(pad(x, 1, 3), Contains("from number 1 of 3"));
  CHECK_THROWS_WITH(repeat(x, 2), Contains("repetition of rows of 3"));
  CHECK_THROWS_WITH(dense(join(x, y), w), Contains("dense layer of rows of 5 and shared 12"));
  CHECK_THROWS_WITH(dense(x, w, w), Contains("weights and bias"));
  CHECK_THROWS_WITH(sum(w), Contains("sum over rows of shared 12"));
  CHECK_THROWS_WITH(spread(x), Contains("spread"));
  CHECK_THROWS_WITH(clip(x, 1.0, 0.0), Contains("interval from 1 to 0"));
  CHECK_THROWS_WITH(apply(Function::relu, x, 2), Contains("derivative 2"));
  CHECK_THROWS_WITH(gradients(x, {x}, y), Contains("seed of 2 numbers for 3"));
  CHECK_THROWS_WITH(Graph(12), Contains("multiple of 8"));
}

TEST_CASE("runs with the wrong arrays are refused", "[diff]") {
  Graph graph(8);
  Parameters parameters;
  parameters.add("w", 4, 3);
  const Node x = graph.input(3);
  Program program(graph, {dense(x, graph.parameter(parameters.find("w")))});
  CHECK_THROWS_WITH(program.run({}, 1), Contains("0 parameters; expected 12"));
  CHECK_THROWS_WITH(program.run(parameters.values(), 9), Contains("9 rows in a block of 8"));
  CHECK_THROWS_WITH(program.run(parameters.values(), 0), Contains("0 rows"));
  CHECK_THROWS_WITH(program.load(x, data::RowArray<double>("rows", 10, 2), 0, 3), Contains("10 x 2"));
  CHECK_THROWS_WITH(program.load(x, data::RowArray<double>("rows", 10, 3), 8, 3), Contains("rows 8 to 11"));
  CHECK_THROWS_WITH(parameters.add("w", 1, 1), Contains("'w' exist already"));
  CHECK_THROWS_WITH(parameters.find("v"), Contains("no parameters 'v'"));
  CHECK_THROWS_WITH(parameters.set(parameters.find("w"), {1.0}), Contains("1 numbers for parameters 'w' of 4 x 3"));
  CHECK_THROWS_WITH(Mlp(parameters, "m", {3}, Function::tanh), Contains("no layer"));
  const Mlp mlp(parameters, "m", {2, 2}, Function::tanh);
  CHECK_THROWS_WITH(mlp(parameters, x), Contains("'m.0.weight' has 2 inputs, not 3"));
}
