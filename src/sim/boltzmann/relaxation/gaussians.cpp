#include <limits>

#include "sim/boltzmann/relaxation/targets.hpp"

namespace tessera::sim::boltzmann {

namespace {

/// Cholesky, in place; directions that a grid has not are left out by ones on the diagonal. False if not positive.
KOKKOS_INLINE_FUNCTION bool solve(double (&a)[num_conserved][num_conserved], double (&b)[num_conserved]) {
  constexpr int n = num_conserved;
  for (int i = 0; i < n; ++i) {
    const double diagonal = a[i][i];
    for (int j = 0; j < i; ++j) a[i][i] -= a[i][j] * a[i][j];
    if (!(a[i][i] > 1e-13 * diagonal)) return false;
    a[i][i] = kmath::sqrt(a[i][i]);
    for (int k = i + 1; k < n; ++k) {
      for (int j = 0; j < i; ++j) a[k][i] -= a[k][j] * a[i][j];
      a[k][i] /= a[i][i];
    }
  }
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < i; ++j) b[i] -= a[i][j] * b[j];
    b[i] /= a[i][i];
  }
  for (int i = n - 1; i >= 0; --i) {
    for (int j = i + 1; j < n; ++j) b[i] -= a[j][i] * b[j];
    b[i] /= a[i][i];
  }
  return true;
}

/// What the sums of one cell lack, in the functions 1, v, |v|^2 weighted with the target itself.
KOKKOS_INLINE_FUNCTION bool correct(const double (&sums)[num_sums], double density, const double (&u)[3],
                                    double temperature, double mass, int dimensions,
                                    double (&correction)[num_conserved]) {
  double square = 0.0, b[num_conserved];
  for (int d = 0; d < 3; ++d) square += u[d] * u[d];
  b[0] = density - sums[0];
  for (int d = 0; d < 3; ++d) b[1 + d] = density * u[d] - sums[1 + d];
  b[4] = density * (dimensions * temperature / mass + square) - sums[4];
  const double xx = sums[5], yy = sums[6], zz = sums[7], xy = sums[8], xz = sums[9], yz = sums[10];
  double gram[num_conserved][num_conserved] = {{sums[0], 0, 0, 0, 0},
                                               {sums[1], xx, 0, 0, 0},
                                               {sums[2], xy, yy, 0, 0},
                                               {sums[3], xz, yz, zz, 0},
                                               {sums[4], sums[11], sums[12], sums[13], sums[14]}};
  for (int d = dimensions; d < 3; ++d) {
    gram[1 + d][1 + d] = 1.0;
    b[1 + d] = 0.0;
  }
  if (!solve(gram, b)) return false;
  for (int k = 0; k < num_conserved; ++k) correction[k] = b[k];
  return true;
}

/// n sqrt(det(m / T) / (2 pi)^d), and no correction yet.
KOKKOS_INLINE_FUNCTION void start_cell(const TargetState& state, int cell, int dimensions) {
  const double xx = state(cell, target_precision), yy = state(cell, target_precision + 1),
               zz = state(cell, target_precision + 2), xy = state(cell, target_precision + 3),
               xz = state(cell, target_precision + 4), yz = state(cell, target_precision + 5);
  const double determinant = dimensions == 1 ? xx
                             : dimensions == 2
                                 ? xx * yy - xy * xy
                                 : xx * (yy * zz - yz * yz) - xy * (xy * zz - xz * yz) + xz * (xy * yz - xz * yy);
  double amplitude = state(cell, target_density) * kmath::sqrt(determinant);
  for (int d = 0; d < dimensions; ++d) amplitude *= 0.39894228040143267794;
  state(cell, target_density) = amplitude;
  for (int k = 0; k < num_conserved; ++k) state(cell, target_correction + k) = 0.0;
}

void start_all(int cells, int dimensions, const TargetState& state) {
  Kokkos::parallel_for(
      "boltzmann/gaussian_start", Range(0, cells), KOKKOS_LAMBDA(int cell) {
        state(cell, target_wanted) = state(cell, target_density);
        start_cell(state, cell, dimensions);
      });
}

/// From the sums of targets that are not corrected yet.
int correct_all(double mass, int cells, int dimensions, const TargetState& state, const Array2<double>& sums) {
  int first_bad = std::numeric_limits<int>::max();
  Kokkos::parallel_reduce(
      "boltzmann/gaussian_correction", Range(0, cells),
      KOKKOS_LAMBDA(int cell, int& lowest) {
        double all[num_sums], u[3], correction[num_conserved];
        for (int k = 0; k < num_sums; ++k) all[k] = sums(cell, k);
        for (int d = 0; d < 3; ++d) u[d] = state(cell, target_velocity + d);
        if (correct(all, state(cell, target_wanted), u, state(cell, target_temperature), mass, dimensions,
                    correction)) {
          for (int k = 0; k < num_conserved; ++k) state(cell, target_correction + k) = correction[k];
        } else if (cell < lowest) {
          lowest = cell;
        }
      },
      Kokkos::Min<int>(first_bad));
  return first_bad;
}

}  // namespace

int correct_gaussians(const PhaseGrid& phase, double mass, const CellBlock& block, const TargetState& state,
                      const Array2<double>& sums) {
  start_all(block.cells(), phase.dimensions(), state);
  const auto& weights = phase.weights();
  const int components = phase.components();
  const double volume = phase.volume();
  const GaussianTarget target{state, phase.axes(), phase.grid().points, phase.dimensions()};
  for_each_tile(
      "boltzmann/gaussian_sums", block, KOKKOS_LAMBDA(const Tile& tile) {
        double sum[num_sums][tile_cells] = {}, g[tile_cells + simd::width];
        for (int c = 0; c < components; ++c) {
          target.fill(g, tile, c);
          double w[num_sums];
          for (int k = 0; k < num_sums; ++k) w[k] = weights(c, k);
          for (int i = 0; i < tile.cells; ++i)
            for (int k = 0; k < num_sums; ++k) sum[k][i] += w[k] * g[i];
        }
        for (int k = 0; k < num_sums; ++k)
          for (int i = 0; i < tile.cells; ++i) sums(tile.number + i, k) = volume * sum[k][i];
      });
  return correct_all(mass, block.cells(), phase.dimensions(), state, sums);
}

int correct_gaussian_line(const PhaseGrid& phase, double mass, const CellBlock& block, const TargetState& state,
                          const Array2<double>& sums) {
  start_all(1, phase.dimensions(), state);
  const auto& weights = phase.weights();
  const int lines = block.components(), length = block.count[0], tiles = block.tiles_a_row();
  const double volume = phase.volume();
  const GaussianLine target{state, phase.axes(), phase.grid().points, phase.dimensions()};
  Kokkos::parallel_for(
      "boltzmann/gaussian_line_sums", Range(0, 1), KOKKOS_LAMBDA(int) {
        double total[num_sums] = {}, g[tile_cells + simd::width];
        for (int t = 0; t < tiles; ++t) {
          const int first = t * tile_cells, left = length - first;
          const Tile tile{0, first, left < tile_cells ? left : tile_cells, first};
          double sum[num_sums][tile_cells] = {};
          for (int c = 0; c < lines; ++c) {
            target.fill(g, tile, c);
            for (int k = 0; k < num_sums; ++k) {
              const double* w = &weights(c * length + first, k);
              for (int i = 0; i < tile.cells; ++i) sum[k][i] += w[i] * g[i];
            }
          }
          for (int k = 0; k < num_sums; ++k)
            for (int i = 0; i < tile.cells; ++i) total[k] += sum[k][i];
        }
        for (int k = 0; k < num_sums; ++k) sums(0, k) = volume * total[k];
      });
  return correct_all(mass, 1, phase.dimensions(), state, sums);
}

}  // namespace tessera::sim::boltzmann
