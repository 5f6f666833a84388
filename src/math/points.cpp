#include "math/points.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "base/sum.hpp"

namespace tessera::math {

Points::Points(const Comm& comm, int dimension, const std::vector<double>& positions,
               const std::vector<double>& weights)
    : comm_(comm), dimension_(dimension) {
  agree(comm_, [&] {
    if (dimension < 1 || positions.size() % static_cast<std::size_t>(dimension) != 0)
      throw Error::internal(fmt::format("{} numbers of points in {} dimensions", positions.size(), dimension));
    num_rows_ = static_cast<std::int64_t>(positions.size()) / dimension;
    if (!weights.empty() && weights.size() != static_cast<std::size_t>(num_rows_))
      throw Error::internal(fmt::format("{} weights of {} points", weights.size(), num_rows_));
    for (const double x : positions)
      if (!std::isfinite(x)) throw Error::input("a sample whose position is not finite");
    for (const double w : weights)
      if (!std::isfinite(w) || w < 0.0) throw Error::input("a sample whose weight is negative or not finite");
  });
  first_row_ = comm_.exclusive_sum(num_rows_);
  num_global_ = comm_.all_reduce(num_rows_, Op::sum);
  has_weights_ = comm_.all_reduce(weights.empty() ? 0 : 1, Op::max) > 0;
  if (num_global_ == 0) throw Error::input("there are no samples");
  agree(comm_, [&] {
    if (first_row_ % block != 0 && num_rows_ > 0) throw Error::internal("points that are not split by whole blocks");
    if (has_weights_ && weights.empty() && num_rows_ > 0) throw Error::internal("only some of the points have weights");
  });
  ExactSum sums[2];
  const double equal = 1.0 / static_cast<double>(num_global_);
  for (const double w : weights) sums[0].add(w);
  all_reduce(comm_, sums, 1);
  const double total = has_weights_ ? sums[0].value() : 1.0;
  if (!(total > 0.0)) throw Error::input("the weights of the samples are all zero");
  const std::int64_t padded = (num_rows_ + block - 1) / block * block;
  columns_ = Columns("points", static_cast<std::size_t>(dimension) + 1, static_cast<std::size_t>(padded));
  const auto host = Kokkos::create_mirror_view(columns_);
  for (std::int64_t i = 0; i < num_rows_; ++i) {
    for (int c = 0; c < dimension; ++c) host(c, i) = positions[static_cast<std::size_t>(i * dimension + c)];
    const double weight = has_weights_ ? weights[static_cast<std::size_t>(i)] / total : equal;
    host(dimension, i) = weight;
    sums[1].add(weight * weight);
  }
  Kokkos::deep_copy(columns_, host);
  all_reduce(comm_, sums + 1, 1);
  squared_weights_ = has_weights_ ? sums[1].value() : equal;
}

}  // namespace tessera::math
