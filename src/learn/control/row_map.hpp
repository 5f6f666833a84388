// A matrix applied to every row of a batch.
#pragma once

#include <vector>

#include "math/matrix.hpp"
#include "sim/environment.hpp"

namespace tessera::learn::control {

/// out = offset + matrix in, for each row. A row's result depends on that row alone, to the last bit.
class RowMap {
 public:
  using Rows = sim::Environment::Rows;

  RowMap() = default;
  /// matrix (outputs x inputs); offset one number an output, or empty for 0.
  explicit RowMap(const math::Matrix& matrix, const std::vector<double>& offset = {});

  /// Local. in (row, input), out (row, output).
  void apply(const Rows& in, const Rows& out) const;
  /// Local. out += matrix clamp(in, -limit, limit), without the offset.
  void add(const Rows& in, const Rows& out, double limit) const;

 private:
  /// (block of outputs, input, output in the block): the sums of a block are one vector.
  Kokkos::View<double***, Kokkos::LayoutRight, MemSpace> packed_;
  Array1<double> offset_;
};

/// The numbers as they lie in host memory, in kernels' memory.
Array1<double> to_array(const std::vector<double>& values);

}  // namespace tessera::learn::control
