// Spatial order: particles lie in square columns, sorted along each, so that consecutive rows are neighbours in space.
#pragma once

#include "base/kokkos.hpp"
#include "data/box.hpp"
#include "data/particles.hpp"

namespace tessera::data {

/// Columns along z over a rectangular region, cut into thin bins. Columns are numbered like a snake and so are the bins
/// of successive columns: the end of one column touches the beginning of the next.
struct ColumnGrid {
  Vec3 low{0, 0, 0};
  Vec3 inverse_edge{1, 1, 1};
  Int3 count{1, 1, 1};

  KOKKOS_INLINE_FUNCTION int num_columns() const { return count[0] * count[1]; }
  KOKKOS_INLINE_FUNCTION int num_bins() const { return num_columns() * count[2]; }
  KOKKOS_INLINE_FUNCTION int column(int ix, int iy) const {
    return ix * count[1] + ((ix & 1) != 0 ? count[1] - 1 - iy : iy);
  }
  /// Bins of one column lie one behind the other, upwards in even columns, downwards in odd ones.
  KOKKOS_INLINE_FUNCTION int bin(int column, int iz) const {
    return column * count[2] + ((column & 1) != 0 ? count[2] - 1 - iz : iz);
  }
  /// Cell index along d of a coordinate; what lies outside belongs to the edge.
  KOKKOS_INLINE_FUNCTION int index(int d, double x) const {
    const double cell = (x - low[d]) * inverse_edge[d];
    return !(cell > 0.0) ? 0 : cell >= count[d] ? count[d] - 1 : static_cast<int>(cell);
  }
  KOKKOS_INLINE_FUNCTION int bin_of(double x, double y, double z) const {
    return bin(column(index(0, x), index(1, y)), index(2, z));
  }
};

/// Local. A grid over the owned rows (but for some that are far from all others) and a margin > 0 around them, whose
/// columns are as wide as `per_cluster` particles are deep. Rows outside belong to its edge. At most 4 bins a row + 64.
ColumnGrid fit_columns(const Particles& particles, double margin, int per_cluster);

/// Rows sorted by bin, and where each bin begins (num_bins * num_groups + 1 offsets relative to the first row).
struct BinOrder {
  Array1<int> order;  ///< place n belongs to row first + order(n)
  Array1<int> offsets;
};

/// Where a row at height z belongs: groups keep the two ends of a halo apart, whose columns are interrupted.
struct HaloGroups {
  Box box;
  double low = 0.0, high = 0.0;  // the tile's fractional range along the last direction
  static constexpr int count = 3;
  KOKKOS_INLINE_FUNCTION int operator()(const Vec3& x) const {
    const double s = box.to_fractional(x)[2];
    return s < low ? 0 : s >= high ? 1 : 2;
  }
};
struct OneGroup {
  static constexpr int count = 1;
  KOKKOS_INLINE_FUNCTION int operator()(const Vec3&) const { return 0; }
};

/// Local. Stable within a bin, whatever the number of threads.
BinOrder sort_rows(const ColumnGrid& grid, const Array2<double>& position, int first, int rows);
BinOrder sort_halo_rows(const ColumnGrid& grid, const HaloGroups& groups, const Array2<double>& position, int first,
                        int rows);

}  // namespace tessera::data
