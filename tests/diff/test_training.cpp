// Sums of losses and gradients over the rows of all ranks, and training with them.
#include <cmath>
#include <vector>

#include "base/random.hpp"
#include "catch.hpp"
#include "data/io/hash.hpp"
#include "data/table.hpp"
#include "diff/adam.hpp"
#include "diff/mlp.hpp"
#include "diff/objective.hpp"

using namespace tessera;
using namespace tessera::diff;
using namespace tessera::test;

namespace {

constexpr std::int64_t block = 16;

/// Rows of two inputs and sin(2 x) y, shared out in blocks.
data::Table make_table(std::int64_t rows) {
  data::Table table(comm());
  table.add<double>("x", 2);
  table.add<double>("y");
  table.append(comm().is_root() ? rows : 0);
  table.balance(block);
  const auto x = table.get<double>("x"), y = table.get<double>("y");
  for (std::int64_t row = 0; row < table.num_rows(); ++row) {
    const auto u = Random(1, RandomPurpose::test).uniform(static_cast<std::uint64_t>(table.first_row() + row), 0);
    x(row, 0) = 2.0 * u.first - 1.0;
    x(row, 1) = 2.0 * u.second - 1.0;
    y(row, 0) = std::sin(2.0 * x(row, 0)) * x(row, 1);
  }
  return table;
}

/// A network that is to give y.
struct Fit {
  Graph graph{block};
  Parameters parameters;
  Mlp mlp{parameters, "net", {2, 12, 12, 1}, Function::tanh};
  Node x = graph.input(2), y = graph.input(1);
  Node error = square(mlp(parameters, x) - y);
  Objective objective{comm(), parameters, error, {apply(Function::sqrt, error)}};

  Fit() { mlp.draw(parameters, 3); }

  void sum_over(const data::Table& table) {
    objective.clear();
    for (std::int64_t first = 0; first < table.num_rows(); first += block) {
      const auto count = std::min(block, table.num_rows() - first);
      objective.program().load(x, table.get<double>("x"), first, count);
      objective.program().load(y, table.get<double>("y"), first, count);
      objective.add(parameters.values(), count);
    }
    objective.reduce();
  }
};

std::uint64_t hash(const Array1<double>& values) { return data::hash_values(values.data(), values.extent(0), 0); }

}  // namespace

TEST_CASE("sums over blocks are the sums over rows", "[diff]") {
  Fit fit;
  const auto table = make_table(117);
  fit.sum_over(table);
  // Of one row at a time, each rank all of its own.
  Graph graph(8);
  const Node x = graph.input(2), y = graph.input(1);
  Program single(graph, {square(fit.mlp(fit.parameters, x) - y)});
  double sums[2] = {};
  for (std::int64_t row = 0; row < table.num_rows(); ++row) {
    single.load(x, table.get<double>("x"), row, 1);
    single.load(y, table.get<double>("y"), row, 1);
    single.run(fit.parameters.values(), 1);
    sums[0] += single.output(0)(0, 0);
    sums[1] += std::sqrt(single.output(0)(0, 0));
  }
  comm().all_reduce(sums, 2, Op::sum);
  CHECK_THAT(fit.objective.loss(), WithinRel(sums[0], 1e-13));
  CHECK_THAT(fit.objective.other(0), WithinRel(sums[1], 1e-13));
  // The gradient, along one direction, by differences.
  const auto values = fit.parameters.values(), gradient = fit.objective.gradient();
  const auto direction = [](std::int64_t n) { return std::sin(1.0 + static_cast<double>(n)); };
  double along = 0.0;
  for (std::int64_t n = 0; n < fit.parameters.size(); ++n) along += gradient(n) * direction(n);
  const auto loss_at = [&](double h) {
    for (std::int64_t n = 0; n < fit.parameters.size(); ++n) values(n) += h * direction(n);
    fit.sum_over(table);
    for (std::int64_t n = 0; n < fit.parameters.size(); ++n) values(n) -= h * direction(n);
    return fit.objective.loss();
  };
  constexpr double h = 1e-3;
  const double wide = (loss_at(2 * h) - loss_at(-2 * h)) / (4 * h), narrow = (loss_at(h) - loss_at(-h)) / (2 * h);
  CHECK_THAT(along, WithinRel((4.0 * narrow - wide) / 3.0, 1e-9));
}

TEST_CASE("a network learns the same to the last bit on any number of ranks", "[diff]") {
  Fit fit;
  const auto table = make_table(150);
  Adam adam(fit.parameters.size(), {.clip_norm = 1.0});
  double first = 0.0;
  for (int n = 0; n < 300; ++n) {
    fit.sum_over(table);
    if (n == 0) first = fit.objective.loss() / 150.0;
    adam.step(fit.parameters.values(), fit.objective.gradient(), 1.0 / 150.0, 0.01);
  }
  const double last = fit.objective.loss() / 150.0;
  CHECK(first > 0.1);
  CHECK(last < 3e-3);
  // All ranks, and one rank that has all rows, get the same.
  const auto mine = hash(fit.parameters.values());
  CHECK(comm().all_reduce(mine, Op::min) == comm().all_reduce(mine, Op::max));
  INFO("hash of the parameters " << data::to_hex(mine));
  const Comm alone = comm().split(comm().rank());
  CHECK(alone.size() == 1);
  Fit again;
  data::Table whole(alone);
  whole.add<double>("x", 2);
  whole.add<double>("y");
  whole.append(150);
  std::vector<std::int64_t> all(150);
  for (std::size_t n = 0; n < all.size(); ++n) all[n] = static_cast<std::int64_t>(n);
  data::set_rows(whole.get<double>("x"), 0, table.gather<double>("x", all));
  data::set_rows(whole.get<double>("y"), 0, table.gather<double>("y", all));
  again.objective = Objective(alone, again.parameters, again.error, {});
  Adam other(again.parameters.size(), {.clip_norm = 1.0});
  for (int n = 0; n < 300; ++n) {
    again.sum_over(whole);
    other.step(again.parameters.values(), again.objective.gradient(), 1.0 / 150.0, 0.01);
  }
  CHECK(hash(again.parameters.values()) == mine);
}
