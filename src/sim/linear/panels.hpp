// A small dense matrix times many vectors, each of which comes out the same to the last bit however many there are.
#pragma once

#include <cstdint>

#include "base/kokkos.hpp"
#include "data/table.hpp"
#include "math/matrix.hpp"

namespace tessera::sim::linear {

using Rows = data::RowArray<double>;

/// A matrix cut into panels of some vectors' width of its rows; a panel's columns lie one behind the other. (On devices
/// a panel is one row, and the columns of the whole matrix lie one behind the other.)
class PanelMatrix {
 public:
  PanelMatrix() = default;
  explicit PanelMatrix(const math::Matrix& matrix);

  int num_inputs() const { return inputs_; }
  /// Its rows, filled up to whole vectors.
  int num_outputs() const { return packs_ * width_; }

  /// result(row, :) = matrix [x(row, :), w(row, :), u(row, :)]' for all rows; result has num_outputs() columns. Every
  /// number of it is one sum in the order of the inputs.
  void multiply(const Rows& x, const Rows& w, const Rows& u, const Rows& result) const;

 private:
  Array1<double> values_;
  int inputs_ = 0, packs_ = 0, width_ = 1;
};

}  // namespace tessera::sim::linear
