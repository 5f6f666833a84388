// What distributions relax to: Maxwellians and Gaussians whose sums over the grid are what they should be to rounding,
// computed where they are used and never stored.
#pragma once

#include <variant>

#include "sim/boltzmann/cell_block.hpp"
#include "sim/boltzmann/phase_grid.hpp"

namespace tessera::sim::boltzmann {

/// Columns of what a target is made from, one row a cell (padded). Velocities from the grid's centre.
enum TargetColumn {
  target_density,
  target_velocity,                       ///< 3
  target_temperature = 4,                ///< along x alone for reduced grids
  target_precision = 5,                  ///< 6: m times the inverse of the temperature tensor, xx, yy, zz, xy, xz, yz
  target_slope = target_precision,       ///< reduced: of the mean v_y over v_x
  target_spread = target_precision + 1,  ///< reduced: of v_y and v_z about their means, <c_y^2> + <c_z^2>
  target_heat = 11,                      ///< 3: (1 - Pr) q m / (d + 2) / (p T)
  target_inverse_width = 14,             ///< m / T
  target_correction = 15,                ///< 5: of 1, v, |v|^2
  target_wanted = 20,                    ///< density, where target_density has become an amplitude
  num_target_columns = 21
};
using TargetState = Array2<double>;

/// exp(-alpha c^2 + b c) along each direction, with the density in the first one's (discrete Maxwellians as of
/// Mieussens, M3AS 10 (2000) 1121): alpha and b are such that sums give density, velocity and temperature.
struct SeparableTables {
  Array2<double> values;  ///< (cell, direction * points + point)
  int points = 0, dimensions = 0;
};

/// Newton's method, a few sums along lines of the grid a cell. Returns the lowest number of a cell where there is no
/// such Maxwellian on the grid, or a number beyond all cells.
int fill_tables(const PhaseGrid& phase, double mass, int cells, const TargetState& state,
                const SeparableTables& tables);

/// Component c of the target in the cells of a tile; `g` has room for tile_cells + simd::width values.
template <int Dimensions>
struct SeparableTarget {
  SeparableTables tables;
  KOKKOS_FORCEINLINE_FUNCTION void fill(double* g, const Tile& tile, int c) const {
    const int n = tables.points;
    int j[3] = {};
    for (int d = Dimensions - 1; d >= 0; --d, c /= n) j[d] = c % n;
    const double* x = &tables.values(tile.number, j[0]);
    const double* y = Dimensions > 1 ? &tables.values(tile.number, n + j[1]) : x;
    const double* z = Dimensions > 2 ? &tables.values(tile.number, 2 * n + j[2]) : x;
    for (int i = 0; i < tile.cells; ++i) {
      g[i] = x[i];
      if constexpr (Dimensions > 1) g[i] *= y[i];
      if constexpr (Dimensions > 2) g[i] *= z[i];
    }
  }
};

/// Functions of a reduced grid: M(v_x), <v_y> M, <v_y^2 + v_z^2> M with a mean v_y that is linear in v_x.
struct ReducedTarget {
  SeparableTables tables;
  TargetState state;
  Array2<double> axes;
  bool is_planar;
  KOKKOS_FORCEINLINE_FUNCTION void fill(double* g, const Tile& tile, int c) const {
    const int function = c / tables.points, j = c % tables.points, cell = tile.number;
    const double* x = &tables.values(cell, j);
    const double v = axes(j, 0);
    const bool is_across = function == (is_planar ? 2 : 1);
    for (int i = 0; i < tile.cells; ++i) {
      const double mean =
          state(cell + i, target_velocity + 1) + state(cell + i, target_slope) * (v - state(cell + i, target_velocity));
      const double factor = function == 0 ? 1.0 : (is_across ? state(cell + i, target_spread) + mean * mean : mean);
      g[i] = factor * x[i];
    }
  }
};

/// Ellipsoidal Gaussian, times the polynomial of Shakhov's model, times what corrects its sums.
struct GaussianTarget {
  TargetState state;
  Array2<double> axes;
  int points, dimensions;

  KOKKOS_FORCEINLINE_FUNCTION void fill(double* g, const Tile& tile, int c) const {
    using simd::Pack;
    double v[3] = {};
    for (int d = dimensions - 1; d >= 0; --d, c /= points) v[d] = axes(c % points, d);
    for (int i = 0; i < tile.cells; i += simd::width) {
      const int cell = tile.number + i;
      const auto get = [&](int column) { return simd::load_any(&state(cell, column)); };
      const Pack x = v[0] - get(target_velocity), y = v[1] - get(target_velocity + 1),
                 z = v[2] - get(target_velocity + 2);
      const Pack form = get(target_precision) * x * x + get(target_precision + 1) * y * y +
                        get(target_precision + 2) * z * z +
                        2.0 * (get(target_precision + 3) * x * y + get(target_precision + 4) * x * z +
                               get(target_precision + 5) * y * z);
      const Pack square = x * x + y * y + z * z;
      const Pack heat = get(target_heat) * x + get(target_heat + 1) * y + get(target_heat + 2) * z;
      const Pack shape = 1.0 + heat * (square * get(target_inverse_width) - (dimensions + 2.0));
      const Pack correction = 1.0 + get(target_correction) + get(target_correction + 1) * v[0] +
                              get(target_correction + 2) * v[1] + get(target_correction + 3) * v[2] +
                              get(target_correction + 4) * (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
      simd::store_any(g + i, get(target_density) * simd::exponential(-0.5 * form) * shape * correction);
    }
  }
};

/// The same for the only cell of a homogeneous gas, turned: component c is a line along the last direction.
template <int Dimensions>
struct SeparableLine {
  SeparableTables tables;
  Array1<double> line;  ///< of the last direction
  KOKKOS_FORCEINLINE_FUNCTION void fill(double* g, const Tile& tile, int c) const {
    double factor = 1.0;
    for (int d = Dimensions - 2; d >= 0; --d, c /= tables.points)
      factor *= tables.values(0, d * tables.points + c % tables.points);
    const double* z = &line(tile.number);
    for (int i = 0; i < tile.cells; ++i) g[i] = factor * z[i];
  }
};

struct ReducedLine {
  Array1<double> line;
  TargetState state;
  Array2<double> axes;
  bool is_planar;
  KOKKOS_FORCEINLINE_FUNCTION void fill(double* g, const Tile& tile, int function) const {
    const double along = state(0, target_velocity + 1), slope = state(0, target_slope),
                 spread = state(0, target_spread), u = state(0, target_velocity);
    const bool is_across = function == (is_planar ? 2 : 1);
    for (int i = 0; i < tile.cells; ++i) {
      const double mean = along + slope * (axes(tile.number + i, 0) - u);
      g[i] = (function == 0 ? 1.0 : (is_across ? spread + mean * mean : mean)) * line(tile.number + i);
    }
  }
};

struct GaussianLine {
  TargetState state;
  Array2<double> axes;
  int points, dimensions;

  KOKKOS_FORCEINLINE_FUNCTION void fill(double* g, const Tile& tile, int c) const {
    using simd::Pack;
    const int last = dimensions - 1;
    double fixed[3] = {};
    for (int d = last - 1; d >= 0; --d, c /= points) fixed[d] = axes(c % points, d);
    const auto get = [&](int column) { return state(0, column); };
    for (int i = 0; i < tile.cells; i += simd::width) {
      Pack v[3] = {fixed[0], fixed[1], fixed[2]};
      v[last] = simd::load_any(&axes(tile.number + i, last));
      const Pack x = v[0] - get(target_velocity), y = v[1] - get(target_velocity + 1),
                 z = v[2] - get(target_velocity + 2);
      const Pack form = get(target_precision) * x * x + get(target_precision + 1) * y * y +
                        get(target_precision + 2) * z * z +
                        2.0 * (get(target_precision + 3) * x * y + get(target_precision + 4) * x * z +
                               get(target_precision + 5) * y * z);
      const Pack square = x * x + y * y + z * z;
      const Pack heat = get(target_heat) * x + get(target_heat + 1) * y + get(target_heat + 2) * z;
      const Pack shape = 1.0 + heat * (square * get(target_inverse_width) - (dimensions + 2.0));
      const Pack correction = 1.0 + get(target_correction) + get(target_correction + 1) * v[0] +
                              get(target_correction + 2) * v[1] + get(target_correction + 3) * v[2] +
                              get(target_correction + 4) * (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
      simd::store_any(g + i, get(target_density) * simd::exponential(-0.5 * form) * shape * correction);
    }
  }
};

using Target = std::variant<SeparableTarget<1>, SeparableTarget<2>, SeparableTarget<3>, ReducedTarget, GaussianTarget,
                            SeparableLine<1>, SeparableLine<2>, SeparableLine<3>, ReducedLine, GaussianLine>;

/// Turns densities in `state` into amplitudes and fills the correction, so that the sums are what was asked for: two
/// passes of arithmetic over the grid, none of memory. Returns the lowest number of a cell where that is impossible.
/// `block` gives the cells alone; `sums` is room to work in.
int correct_gaussians(const PhaseGrid& phase, double mass, const CellBlock& block, const TargetState& state,
                      const Array2<double>& sums);
/// The same for the only cell of a homogeneous gas, turned.
int correct_gaussian_line(const PhaseGrid& phase, double mass, const CellBlock& block, const TargetState& state,
                          const Array2<double>& sums);

}  // namespace tessera::sim::boltzmann
