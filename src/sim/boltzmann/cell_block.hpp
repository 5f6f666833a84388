// Loops over a rank's cells, in tiles of neighbours along x: what streams through memory and fills vectors on
// processors, and one cell a thread on devices.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/kokkos.hpp"
#include "base/simd.hpp"
#include "data/field.hpp"

namespace tessera::sim::boltzmann {

/// Cells of a tile. Results do not depend on it: each cell has its own sums, in the order of its components.
inline constexpr int tile_cells = device_is_host ? 128 : 1;

/// Owned cells of a field as rows along x, captured by value into kernels. Cell i of row r is number r * length + i
/// among the cells, which is how arrays of one value a cell count.
struct CellBlock {
  data::Array4<double> values;
  int layers[3], count[3];

  explicit CellBlock(const data::Field& field)
      : values(field.values()),
        layers{field.layers()[0], field.layers()[1], field.layers()[2]},
        count{field.mesh().count()[0], field.mesh().count()[1], field.mesh().count()[2]} {}

  CellBlock(const data::Array4<double>& all, int cells) : values(all), layers{0, 0, 0}, count{cells, 1, 1} {}

  KOKKOS_INLINE_FUNCTION int rows() const { return count[1] * count[2]; }
  KOKKOS_INLINE_FUNCTION int cells() const { return count[0] * rows(); }
  KOKKOS_INLINE_FUNCTION int components() const { return static_cast<int>(values.extent(3)); }
  /// First owned cell of a row, of a component.
  KOKKOS_INLINE_FUNCTION double* row(int r, int c) const {
    return &values(layers[0], layers[1] + r % count[1], layers[2] + r / count[1], c);
  }
  /// Distance in memory between neighbours along a direction.
  KOKKOS_INLINE_FUNCTION std::ptrdiff_t stride(int d) const {
    return d == 0   ? 1
           : d == 1 ? static_cast<std::ptrdiff_t>(values.stride(1))
                    : static_cast<std::ptrdiff_t>(values.stride(2));
  }
  int tiles_a_row() const { return (count[0] + tile_cells - 1) / tile_cells; }
};

/// The only cell of a homogeneous gas with the last `points` velocities in the place of cells, so that loops over cells
/// have something to run along.
inline CellBlock turned(const data::Field& field, int points) {
  const auto& all = field.values();
  const auto length = static_cast<std::size_t>(points);
  return {data::Array4<double>(all.data(), length, 1, 1, all.extent(3) / length), points};
}

/// Arrays of one value a cell have room for whole vectors behind the last cell.
inline std::size_t padded(int cells) {
  return static_cast<std::size_t>((cells + simd::width - 1) / simd::width * simd::width + simd::width);
}

struct Tile {
  int row;    ///< of the block
  int first;  ///< cell of the row
  int cells;
  int number;  ///< of the first cell among all
};

/// body(tile, first component, end): all components in one piece, for sums over them.
template <class Body>
void for_each_tile(const char* name, const CellBlock& block, const Body& body) {
  const int tiles = block.tiles_a_row(), length = block.count[0];
  Kokkos::parallel_for(
      name, Range(0, tiles * block.rows()), KOKKOS_LAMBDA(int n) {
        const int row = n / tiles, first = n % tiles * tile_cells;
        const int left = length - first;
        body(Tile{row, first, left < tile_cells ? left : tile_cells, row * length + first});
      });
}

/// Components shared out, each of which lies in memory in one piece.
template <class Body>
void for_each_component_on_host(const char* name, const CellBlock& block, const Body& body) {
  const int length = block.count[0], rows = block.rows();
  Kokkos::parallel_for(
      name, Range(0, block.components()), KOKKOS_LAMBDA(int c) {
        for (int row = 0; row < rows; ++row)
          for (int first = 0; first < length; first += tile_cells) {
            const int left = length - first;
            body(Tile{row, first, left < tile_cells ? left : tile_cells, row * length + first}, c);
          }
      });
}

/// All shared out.
template <class Body>
void for_each_tile_on_device(const char* name, const CellBlock& block, const Body& body) {
  const int tiles = block.tiles_a_row(), length = block.count[0], tiles_a_component = tiles * block.rows();
  const auto all = std::int64_t{1} * tiles_a_component * block.components();
  Kokkos::parallel_for(
      name, Kokkos::RangePolicy<ExecSpace, Kokkos::IndexType<std::int64_t>>(0, all), KOKKOS_LAMBDA(std::int64_t n) {
        const auto c = static_cast<int>(n / tiles_a_component), rest = static_cast<int>(n % tiles_a_component);
        const int row = rest / tiles, first = rest % tiles * tile_cells, left = length - first;
        body(Tile{row, first, left < tile_cells ? left : tile_cells, row * length + first}, c);
      });
}

/// body(tile, component): no two of them touch the same values.
template <class Body>
void for_each_tile_and_component(const char* name, const CellBlock& block, const Body& body) {
  if constexpr (device_is_host)
    for_each_component_on_host(name, block, body);
  else
    for_each_tile_on_device(name, block, body);
}

}  // namespace tessera::sim::boltzmann
