// The only file that includes LEMON.
#include <fmt/core.h>
#include <lemon/network_simplex.h>
#include <lemon/static_graph.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/sum.hpp"
#include "math/transport.hpp"

namespace tessera::math {

namespace {

using lemon::StaticDigraph;
using Whole = std::int64_t;

constexpr Whole whole_mass = Whole{1} << 60;
constexpr double largest_cost = static_cast<double>(Whole{1} << 45);  // sums over a path of 2^15 samples fit

/// Parts of whole_mass; what rounding leaves is made up for by the largest.
std::vector<Whole> whole_masses(const std::vector<double>& masses) {
  double total = 0.0;
  for (const double mass : masses) {
    if (!std::isfinite(mass) || mass < 0.0) throw Error::input("a sample whose weight is negative or not finite");
    total += mass;
  }
  if (!(total > 0.0)) throw Error::input("the weights of the samples are all zero");
  std::vector<Whole> parts;
  for (const double mass : masses)
    parts.push_back(static_cast<Whole>(std::floor(mass / total * static_cast<double>(whole_mass))));
  *std::max_element(parts.begin(), parts.end()) += whole_mass - std::accumulate(parts.begin(), parts.end(), Whole{0});
  return parts;
}

}  // namespace

double transport_cost(const Matrix& cost, const std::vector<double>& from, const std::vector<double>& to) {
  const int rows = cost.rows(), cols = cost.cols();
  if (from.size() != static_cast<std::size_t>(rows) || to.size() != static_cast<std::size_t>(cols))
    throw Error::internal(fmt::format("{} and {} masses for costs of {}", from.size(), to.size(), shape(cost)));
  if (rows + cols > 1 << 15) throw Error::input(fmt::format("{} samples to be moved exactly", rows + cols));
  if (!is_finite(cost)) throw Error::numeric("costs of transport that are not finite");
  const auto supply = whole_masses(from), demand = whole_masses(to);
  const double most = largest(cost), scale = most > 0.0 ? largest_cost / most : 0.0;

  std::vector<std::pair<int, int>> arcs;
  arcs.reserve(static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols));
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < cols; ++j) arcs.emplace_back(i, rows + j);
  StaticDigraph graph;
  graph.build(rows + cols, arcs.begin(), arcs.end());
  arcs = {};
  StaticDigraph::NodeMap<Whole> supplies(graph);
  for (int i = 0; i < rows; ++i) supplies[graph.node(i)] = supply[static_cast<std::size_t>(i)];
  for (int j = 0; j < cols; ++j) supplies[graph.node(rows + j)] = -demand[static_cast<std::size_t>(j)];
  StaticDigraph::ArcMap<Whole> costs(graph);
  for (int arc = 0; arc < graph.arcNum(); ++arc)
    costs[graph.arc(arc)] = static_cast<Whole>(std::llround(cost(arc / cols, arc % cols) * scale));

  using Solver = lemon::NetworkSimplex<StaticDigraph, Whole, Whole>;
  Solver solver(graph);
  if (solver.costMap(costs).supplyMap(supplies).run() != Solver::OPTIMAL)
    throw Error::internal("no optimal transport was found");
  ExactSum sum;
  for (int arc = 0; arc < graph.arcNum(); ++arc)
    if (const Whole flow = solver.flow(graph.arc(arc)); flow > 0)
      sum.add(static_cast<double>(flow) / static_cast<double>(whole_mass) * cost(arc / cols, arc % cols));
  return sum.value();
}

}  // namespace tessera::math
