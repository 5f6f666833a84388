#include "sim/boltzmann/cell_sums.hpp"

#include "base/error.hpp"

namespace tessera::sim::boltzmann {

namespace {

template <int Count>
void integrate_first(const PhaseGrid& phase, const CellBlock& block, const CellSums& sums) {
  const auto& weights = phase.weights();
  const int components = phase.components();
  const double volume = phase.volume();
  for_each_tile(
      "boltzmann/integrate", block, KOKKOS_LAMBDA(const Tile& tile) {
        double sum[Count][tile_cells] = {};
        for (int c = 0; c < components; ++c) {
          const double* f = block.row(tile.row, c) + tile.first;
          double w[Count];
          for (int k = 0; k < Count; ++k) w[k] = weights(c, k);
          for (int i = 0; i < tile.cells; ++i)
            for (int k = 0; k < Count; ++k) sum[k][i] += w[k] * f[i];
        }
        for (int k = 0; k < Count; ++k)
          for (int i = 0; i < tile.cells; ++i) sums(tile.number + i, k) = volume * sum[k][i];
      });
}

}  // namespace

void integrate_turned(const PhaseGrid& phase, const CellBlock& block, int count, const CellSums& sums) {
  const auto& weights = phase.weights();
  const int lines = block.components(), length = block.count[0], tiles = block.tiles_a_row();
  const double volume = phase.volume();
  // Few numbers for one thread a sum.
  Kokkos::parallel_for(
      "boltzmann/integrate_turned", Range(0, count), KOKKOS_LAMBDA(int k) {
        double total = 0.0;
        for (int t = 0; t < tiles; ++t) {
          const int first = t * tile_cells, left = length - first, cells = left < tile_cells ? left : tile_cells;
          double sum[tile_cells] = {};
          for (int c = 0; c < lines; ++c) {
            const double* f = block.row(0, c) + first;
            const double* w = &weights(c * length + first, k);
            for (int i = 0; i < cells; ++i) sum[i] += w[i] * f[i];
          }
          for (int i = 0; i < cells; ++i) total += sum[i];
        }
        sums(0, k) = volume * total;
      });
}

void integrate(const PhaseGrid& phase, const CellBlock& block, int count, const CellSums& sums) {
  switch (count) {
    case num_conserved:
      return integrate_first<num_conserved>(phase, block, sums);
    case num_with_stress:
      return integrate_first<num_with_stress>(phase, block, sums);
    case num_with_heat:
      return integrate_first<num_with_heat>(phase, block, sums);
    default:
      throw Error::internal("sums of a cell that nobody asks for");
  }
}

void measure_signs(const PhaseGrid& phase, const CellBlock& block, const CellSums& sums) {
  const int components = phase.components();
  const double volume = phase.volume();
  for_each_tile(
      "boltzmann/signs", block, KOKKOS_LAMBDA(const Tile& tile) {
        double entropy[tile_cells] = {}, below[tile_cells] = {}, lowest[tile_cells] = {};
        for (int c = 0; c < components; ++c) {
          const double* f = block.row(tile.row, c) + tile.first;
          for (int i = 0; i < tile.cells; ++i) {
            if (f[i] > 0.0) entropy[i] += f[i] * kmath::log(f[i]);
            below[i] += f[i] < 0.0 ? 1.0 : 0.0;
            lowest[i] = f[i] < lowest[i] ? f[i] : lowest[i];
          }
        }
        for (int i = 0; i < tile.cells; ++i) {
          sums(tile.number + i, 0) = volume * entropy[i];
          sums(tile.number + i, 1) = below[i];
          sums(tile.number + i, 2) = lowest[i];
        }
      });
}

}  // namespace tessera::sim::boltzmann
