// Cells beside a side of the box, seen along its axis.
#pragma once

#include "sim/boltzmann/cell_block.hpp"

namespace tessera::sim::boltzmann {

/// Lines of cells along one direction that end on a side. `first` is the place of the last cell inside the box, which
/// may be a ghost; the ghosts beyond it are what a rank has to fill.
struct SideLines {
  data::Array4<double> values;
  int direction, first, ghosts;
  int inward;     ///< +1 at a low side
  int others[2];  ///< the directions beside
  int begin[2], count[2];
  bool is_owned;  ///< this rank has the last cell

  SideLines(const data::Field& field, int d, int end)
      : values(field.values()), direction(d), inward(end == 0 ? 1 : -1), others{d == 0 ? 1 : 0, d == 2 ? 1 : 2} {
    const auto& mesh = field.mesh();
    const auto axis = static_cast<std::size_t>(d);
    const auto last = end == 0 ? std::int64_t{0} : mesh.num_cells()[axis] - 1;
    const std::int64_t place = field.layers()[d] + last - mesh.first()[axis];
    const int extent = mesh.count()[d] + 2 * field.layers()[d];
    const std::int64_t beyond = end == 0 ? place : extent - 1 - place;
    ghosts = d < mesh.dimensions() && beyond > 0 && place >= 0 && place < extent ? static_cast<int>(beyond) : 0;
    first = static_cast<int>(place);
    is_owned = ghosts > 0 && ghosts == field.layers()[d];
    for (int k = 0; k < 2; ++k) {
      begin[k] = field.layers()[others[k]];
      count[k] = mesh.count()[others[k]];
    }
  }

  int lines() const { return count[0] * count[1]; }
  /// The last cell of a line.
  KOKKOS_INLINE_FUNCTION double* cell(int line, int c) const {
    int at[3];
    at[direction] = first;
    at[others[0]] = begin[0] + line % count[0];
    at[others[1]] = begin[1] + line / count[0];
    return &values(at[0], at[1], at[2], c);
  }
  /// From a cell to the next one inside.
  KOKKOS_INLINE_FUNCTION std::ptrdiff_t step() const {
    const auto stride = static_cast<std::ptrdiff_t>(direction == 0   ? values.stride(0)
                                                    : direction == 1 ? values.stride(1)
                                                                     : values.stride(2));
    return inward * stride;
  }
};

/// visit(line, component) of all of them.
template <class Visit>
void for_each_line_and_component(const char* name, const SideLines& lines, int components, const Visit& visit) {
  const int count = lines.lines();
  Kokkos::parallel_for(
      name, Kokkos::RangePolicy<ExecSpace, Kokkos::IndexType<std::int64_t>>(0, std::int64_t{1} * count * components),
      KOKKOS_LAMBDA(std::int64_t n) { visit(static_cast<int>(n % count), static_cast<int>(n / count)); });
}

}  // namespace tessera::sim::boltzmann
