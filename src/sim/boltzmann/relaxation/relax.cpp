#include "sim/boltzmann/relaxation/relax.hpp"

namespace tessera::sim::boltzmann {

void fill_shares(const Array1<double>& rate, int cells, double step, const Array1<double>& shares) {
  Kokkos::parallel_for(
      "boltzmann/shares", Range(0, cells), KOKKOS_LAMBDA(int cell) {
        const double number = step * rate(cell);
        shares(cell) = number / (1.0 + number);
      });
}

namespace {

template <class To>
void relax_to(const To& to, const CellBlock& f, const Array1<double>& shares) {
  for_each_tile_and_component(
      "boltzmann/relax", f, KOKKOS_LAMBDA(const Tile& tile, int c) {
        double g[tile_cells + simd::width];
        to.fill(g, tile, c);
        double* values = f.row(tile.row, c) + tile.first;
        const double* share = &shares(tile.number);
        for (int i = 0; i < tile.cells; ++i) values[i] += share[i] * (g[i] - values[i]);
      });
}

template <class To>
void relax_and_add(const To& to, const CellBlock& f, const Array1<double>& shares, const CellBlock& base,
                   const BaseFactors& factors) {
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
}

template <class To>
void add_change(const To& to, const CellBlock& f, const Array1<double>& rate, double step, const CellBlock& out) {
  for_each_tile_and_component(
      "boltzmann/add_relaxation", f, KOKKOS_LAMBDA(const Tile& tile, int c) {
        double g[tile_cells + simd::width];
        to.fill(g, tile, c);
        const double* values = f.row(tile.row, c) + tile.first;
        double* sum = out.row(tile.row, c) + tile.first;
        const double* nu = &rate(tile.number);
        for (int i = 0; i < tile.cells; ++i) sum[i] += step * nu[i] * (g[i] - values[i]);
      });
}

}  // namespace

void relax(const CellBlock& f, const Target& target, const Array1<double>& shares) {
  std::visit([&](const auto& to) { relax_to(to, f, shares); }, target);
}

void relax(const CellBlock& f, const Target& target, const Array1<double>& shares, const CellBlock& base,
           const BaseFactors& factors) {
  std::visit([&](const auto& to) { relax_and_add(to, f, shares, base, factors); }, target);
}

void add_relaxation(const CellBlock& f, const Target& target, const Array1<double>& rate, double step,
                    const CellBlock& out) {
  std::visit([&](const auto& to) { add_change(to, f, rate, step, out); }, target);
}

}  // namespace tessera::sim::boltzmann
