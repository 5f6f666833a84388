#include "sim/boltzmann/relaxation/relax.hpp"

namespace tessera::sim::boltzmann {

void fill_shares(const Array1<double>& rate, int cells, double step, const Array1<double>& shares) {
  Kokkos::parallel_for(
      "boltzmann/shares", Range(0, cells), KOKKOS_LAMBDA(int cell) {
        const double number = step * rate(cell);
        shares(cell) = number / (1.0 + number);
      });
}

void relax(const CellBlock& f, const Target& target, const Array1<double>& shares) {
  std::visit(
      [&](const auto& chosen) {
        const auto to = chosen;
        for_each_tile_and_component(
            "boltzmann/relax", f, KOKKOS_LAMBDA(const Tile& tile, int c) {
              double g[tile_cells + simd::width];
              to.fill(g, tile, c);
              double* values = f.row(tile.row, c) + tile.first;
              const double* share = &shares(tile.number);
              for (int i = 0; i < tile.cells; ++i) values[i] += share[i] * (g[i] - values[i]);
            });
      },
      target);
}

void relax(const CellBlock& f, const Target& target, const Array1<double>& shares, const CellBlock& base,
           const BaseFactors& factors) {
  std::visit(
      [&](const auto& chosen) {
        const auto to = chosen;
        for_each_tile_and_component(
            "boltzmann/relax_and_add", f, KOKKOS_LAMBDA(const Tile& tile, int c) {
              double g[tile_cells + simd::width];
              to.fill(g, tile, c);
              double* values = f.row(tile.row, c) + tile.first;
              double* sum = base.row(tile.row, c) + tile.first;
              const double* share = &shares(tile.number);
              for (int i = 0; i < tile.cells; ++i) {
                const double before = values[i], after = before + share[i] * (g[i] - before);
                sum[i] = factors.base * sum[i] + factors.before * before + factors.after * after;
                values[i] = after;
              }
            });
      },
      target);
}

void add_relaxation(const CellBlock& f, const Target& target, const Array1<double>& rate, double step,
                    const CellBlock& out) {
  std::visit(
      [&](const auto& chosen) {
        const auto to = chosen;
        for_each_tile_and_component(
            "boltzmann/add_relaxation", f, KOKKOS_LAMBDA(const Tile& tile, int c) {
              double g[tile_cells + simd::width];
              to.fill(g, tile, c);
              const double* values = f.row(tile.row, c) + tile.first;
              double* sum = out.row(tile.row, c) + tile.first;
              const double* nu = &rate(tile.number);
              for (int i = 0; i < tile.cells; ++i) sum[i] += step * nu[i] * (g[i] - values[i]);
            });
      },
      target);
}

}  // namespace tessera::sim::boltzmann
