// Samples of a distribution, each with a weight, whose rows are split over the ranks: what distances between two
// distributions are computed from.
#pragma once

#include <cstdint>
#include <vector>

#include "base/comm.hpp"
#include "base/kokkos.hpp"

namespace tessera::math {

/// Numbers of many samples, each kind contiguous: (kind, row).
using Columns = Kokkos::View<double**, Kokkos::LayoutRight, MemSpace>;
using HostColumns = Kokkos::View<double**, Kokkos::LayoutRight, Kokkos::HostSpace>;

/// Rows are numbered by rank. Each rank has whole blocks of them, but for the very last one: sums over blocks do not
/// depend on the number of ranks.
class Points {
 public:
  static constexpr int block = 64;

  /// Collective. Rows of this rank, `dimension` numbers each, one behind the other; weights of any positive sum, or
  /// none if all are equal. Throws Error (input) if there are no rows at all, a number is not finite, or weights are
  /// negative or all zero; (internal) if a rank's rows are not whole blocks, or two lists differ in length.
  Points(const Comm& comm, int dimension, const std::vector<double>& positions,
         const std::vector<double>& weights = {});

  const Comm& comm() const { return comm_; }
  int dimension() const { return dimension_; }
  std::int64_t num_rows() const { return num_rows_; }    ///< here
  std::int64_t first_row() const { return first_row_; }  ///< number of the first one
  std::int64_t num_global() const { return num_global_; }
  bool has_weights() const { return has_weights_; }
  /// Coordinates and, behind them, weights, whose sum over all ranks is 1. Rows up to the next whole block are zero.
  const Columns& columns() const { return columns_; }
  int weight_column() const { return dimension_; }
  /// Sum of the squares of weights: the inverse of the number of equal weights that would tell as much.
  double squared_weights() const { return squared_weights_; }

 private:
  Comm comm_;
  int dimension_;
  std::int64_t num_rows_ = 0, first_row_ = 0, num_global_ = 0;
  bool has_weights_;
  double squared_weights_ = 0.0;
  Columns columns_;
};

}  // namespace tessera::math
