// Space of any dimension, with open and periodic directions at right angles.
#pragma once

#include "base/kokkos.hpp"
#include "sim/particles/params.hpp"

namespace tessera::sim::particles {

/// Copied by value into kernels.
struct Space {
  int dimensions = 1;
  bool has_periodic = false;
  double low[max_dimensions] = {}, length[max_dimensions] = {};  ///< length 0: open

  /// Positions beyond this have been lost: squares overflow, or crossings cannot be counted.
  static constexpr double farthest = 1e150, most_crossings = 1 << 30;

  /// Brings x into the box along c and returns how many lengths were subtracted.
  KOKKOS_INLINE_FUNCTION double wrap(double& x, int c) const {
    if (length[c] <= 0.0) return 0.0;
    const double crossings = kmath::floor((x - low[c]) / length[c]);
    x -= crossings * length[c];
    return crossings;
  }
};

inline Space make_space(const LangevinParams& params) {
  Space space;
  space.dimensions = params.dimensions;
  space.has_periodic = params.box.has_value();
  if (params.box)
    for (std::size_t c = 0; c < params.box->length.size(); ++c) {
      space.low[c] = params.box->low[c];
      space.length[c] = params.box->length[c];
    }
  return space;
}

}  // namespace tessera::sim::particles
