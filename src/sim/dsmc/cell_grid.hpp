// Cells of the box as kernels see them, and the block of them that a rank has.
#pragma once

#include <cstdint>

#include "base/kokkos.hpp"
#include "data/mesh.hpp"

namespace tessera::sim::dsmc {

/// Cells are numbered x fastest, those of the whole mesh (global) and those of the block (local). Where a particle is
/// follows from its position alone, by the same arithmetic on all ranks.
struct CellGrid {
  int dimensions = 0;  ///< in which particles move
  double low[3], high[3], inverse[3];
  double first[3], end[3];  ///< of the block, in cells of the mesh
  std::int64_t cells[3], first_cell[3];
  int count[3], stride[3];
  bool is_periodic[3];

  CellGrid() = default;
  CellGrid(const data::Mesh& mesh, int directions) : dimensions(directions) {
    for (int d = 0; d < 3; ++d) {
      const auto n = static_cast<std::size_t>(d);
      low[d] = mesh.box().origin[d];
      high[d] = low[d] + mesh.box().cell[d][d];
      cells[d] = mesh.num_cells()[n];
      inverse[d] = static_cast<double>(cells[d]) / mesh.box().cell[d][d];
      first_cell[d] = mesh.first()[n];
      count[d] = mesh.count()[d];
      first[d] = static_cast<double>(first_cell[d]);
      end[d] = static_cast<double>(first_cell[d] + count[d]);
      stride[d] = d == 0 ? 1 : stride[d - 1] * count[d - 1];
      is_periodic[d] = mesh.is_periodic(d);
    }
  }

  KOKKOS_INLINE_FUNCTION std::int64_t total() const { return cells[0] * cells[1] * cells[2]; }
  KOKKOS_INLINE_FUNCTION int num_local() const { return count[0] * count[1] * count[2]; }

  /// Along d, of a place in the box or just beside it.
  KOKKOS_INLINE_FUNCTION std::int64_t index(int d, double x) const {
    const double place = (x - low[d]) * inverse[d];
    if (!(place > 0.0)) return 0;
    return place < static_cast<double>(cells[d]) ? static_cast<std::int64_t>(place) : cells[d] - 1;
  }
  KOKKOS_INLINE_FUNCTION std::int64_t global_of(const double (&x)[3]) const {
    std::int64_t cell = 0;
    for (int d = 2; d >= 0; --d) cell = cell * cells[d] + (d < dimensions ? index(d, x[d]) : 0);
    return cell;
  }
  /// -1 if it is another rank's.
  KOKKOS_INLINE_FUNCTION int local_of(std::int64_t global) const {
    int cell = 0;
    for (int d = 0; d < 3; ++d) {
      const std::int64_t place = global % cells[d] - first_cell[d];
      if (place < 0 || place >= count[d]) return -1;
      cell += static_cast<int>(place) * stride[d];
      global /= cells[d];
    }
    return cell;
  }
  KOKKOS_INLINE_FUNCTION std::int64_t to_global(int local) const {
    const std::int64_t x = first_cell[0] + local % count[0], y = first_cell[1] + local / stride[1] % count[1],
                       z = first_cell[2] + local / stride[2];
    return x + cells[0] * (y + cells[1] * z);
  }
};

}  // namespace tessera::sim::dsmc
