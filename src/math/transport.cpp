#include "math/transport.hpp"

#include <fmt/core.h>

#include <cmath>
#include <cstdint>

#include "base/error.hpp"
#include "base/sum.hpp"
#include "math/assignment.hpp"

namespace tessera::math {

namespace {

std::vector<double> masses_of(const Cloud& cloud) {
  return cloud.weights.empty() ? std::vector<double>(static_cast<std::size_t>(cloud.size()), 1.0) : cloud.weights;
}

/// The mean cost of the best pairs.
double cost_of_pairs(const Matrix& cost) {
  const auto rows = assignment(cost);
  ExactSum sum;
  for (int j = 0; j < cost.cols(); ++j) sum.add(cost(rows[static_cast<std::size_t>(j)], j));
  return sum.value() / cost.cols();
}

}  // namespace

Matrix pair_costs(const Cloud& x, const Cloud& y, GroundCost kind) {
  Matrix costs(x.size(), y.size());
  const auto d = static_cast<std::size_t>(x.dimension);
  for (int j = 0; j < y.size(); ++j)
    for (int i = 0; i < x.size(); ++i) {
      double r2 = 0.0;
      for (std::size_t c = 0; c < d; ++c) {
        const double difference =
            x.positions[static_cast<std::size_t>(i) * d + c] - y.positions[static_cast<std::size_t>(j) * d + c];
        r2 += difference * difference;
      }
      costs(i, j) = kind == GroundCost::distance ? std::sqrt(r2) : r2;
    }
  return costs;
}

double wasserstein(const Cloud& x, const Cloud& y, int order) {
  if (x.dimension != y.dimension)
    throw Error::input(fmt::format("samples in {} and in {} dimensions cannot be compared", x.dimension, y.dimension));
  if (x.size() == 0 || y.size() == 0) throw Error::input("there are no samples");
  if (order != 1 && order != 2) throw Error::internal(fmt::format("a Wasserstein distance of order {}", order));
  const Matrix costs = pair_costs(x, y, order == 1 ? GroundCost::distance : GroundCost::squared_distance);
  const bool are_pairs = x.size() == y.size() && x.weights.empty() && y.weights.empty();
  const double cost = are_pairs ? cost_of_pairs(costs) : transport_cost(costs, masses_of(x), masses_of(y));
  return order == 1 ? cost : std::sqrt(cost);
}

}  // namespace tessera::math
