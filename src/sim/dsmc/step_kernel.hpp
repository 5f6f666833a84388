// One pass over the cells: particles are gathered from where the last step left them, counted into means, collide, and
// fly on. A few cells at a time, so that all of it happens in the processor's caches.
#pragma once

#include <cstdint>

#include "base/ivdep.hpp"
#include "base/kokkos.hpp"
#include "sim/dsmc/collisions.hpp"
#include "sim/dsmc/flight.hpp"

namespace tessera::sim::dsmc {

inline constexpr bool has_one_thread =
#ifdef KOKKOS_ENABLE_SERIAL
    std::is_same_v<ExecSpace, Kokkos::Serial>;
#else
    false;
#endif

KOKKOS_FORCEINLINE_FUNCTION int take_next(int* counter) {
  if constexpr (has_one_thread)
    return (*counter)++;
  else
    return Kokkos::atomic_fetch_add(counter, 1);
}

/// Components of a particle's columns.
struct ParticleColumns {
  Array2<double> position, velocity;
  Array2<std::int64_t> id;
};

/// Sums over particles of a species in a cell: 1, v, v v (xx yy zz xy xz yz), v^2 v.
inline constexpr int num_sums = 13;

KOKKOS_FORCEINLINE_FUNCTION void add_velocities(const VelocityColumns& v, int begin, int end, double (&sum)[num_sums]) {
  for (int r = begin; r < end; ++r) {
    const double x = v.x[r], y = v.y[r], z = v.z[r], square = x * x + y * y + z * z;
    sum[1] += x;
    sum[2] += y;
    sum[3] += z;
    sum[4] += x * x;
    sum[5] += y * y;
    sum[6] += z * z;
    sum[7] += x * y;
    sum[8] += x * z;
    sum[9] += y * z;
    sum[10] += square * x;
    sum[11] += square * y;
    sum[12] += square * z;
  }
  sum[0] += end - begin;
}

/// What a rank has seen in a step.
struct StepTally {
  CollisionTally collisions;
  WallSums walls;
  std::int64_t leaving = 0;
  std::int64_t lost = 0;  ///< the largest id of those that are

  KOKKOS_INLINE_FUNCTION StepTally& operator+=(const StepTally& other) {
    collisions.candidates += other.collisions.candidates;
    collisions.collisions += other.collisions.collisions;
    collisions.is_overfull = collisions.is_overfull || other.collisions.is_overfull;
    walls += other.walls;
    leaving += other.leaving;
    lost = lost > other.lost ? lost : other.lost;
    return *this;
  }
};

/// Targets of rows that end in none of this rank's cells.
inline constexpr int is_removed = -1, is_leaving = -2;

template <int directions>
struct StepKernel {
  CellGrid grid;
  CollisionRules collisions;
  FlightRules flight;
  double dt;
  ParticleColumns from, to;
  Array1<int> order;    ///< row of `from` that becomes this row of `to`
  Array1<int> offsets;  ///< of bins (cell, species), and the end
  Array1<int> target;   ///< of rows of `to`: the bin where they end, or why there is none
  Array1<int> counts;   ///< of bins, after the flight
  double* majorant;     ///< (cell, pair)
  double* sums;         ///< (cell, species * num_sums + n); nullptr: this step does not count
  int cells_at_once;

  KOKKOS_INLINE_FUNCTION void operator()(int chunk, StepTally& tally) const {
    const int num_cells = grid.num_local(), species = collisions.num_species;
    const int first = chunk * cells_at_once,
              last = first + cells_at_once < num_cells ? first + cells_at_once : num_cells;
    const int begin = offsets(first * species), end = offsets(last * species);
    gather(begin, end);
    const VelocityColumns v{to.velocity.data(), to.velocity.data() + to.velocity.stride(1),
                            to.velocity.data() + 2 * to.velocity.stride(1)};
    for (int cell = first; cell < last;) {
      // Cells of a line have numbers that follow one another.
      const int line = grid.count[0] - cell % grid.count[0], stop = cell + line < last ? cell + line : last;
      for (std::int64_t global = grid.to_global(cell); cell < stop; ++cell, ++global) {
        const int* bins = offsets.data() + cell * species;
        if (sums != nullptr) count_in(cell, bins, v);
        collisions.collide(global, bins, v, majorant + cell, num_cells, tally.collisions);
        if (sums != nullptr) count_in(cell, bins, v);
      }
    }
    fly(begin, end);
    for (int cell = first; cell < last; ++cell)
      for (int a = 0; a < species; ++a)
        for (int r = offsets(cell * species + a), stop = offsets(cell * species + a + 1); r < stop; ++r) {
          if (target(r) < 0)
            settle(r, a, {grid.to_global(cell), r - offsets(cell * species)}, tally);
          else if (species > 1)
            target(r) = target(r) * species + a;
          if (target(r) >= 0) take_next(&counts(target(r)));
        }
  }

 private:
  /// Row by row: what a row needs of all columns is asked for at once.
  KOKKOS_INLINE_FUNCTION void gather(int begin, int end) const {
    constexpr int columns = directions + 3;
    const double* in[columns];
    double* out[columns];
    for (int c = 0; c < columns; ++c) {
      const auto& source = c < directions ? from.position : from.velocity;
      const auto& result = c < directions ? to.position : to.velocity;
      const int component = c < directions ? c : c - directions;
      in[c] = source.data() + component * source.stride(1);
      out[c] = result.data() + component * result.stride(1);
    }
    const std::int64_t* id_in = from.id.data();
    std::int64_t* id_out = to.id.data();
    const int* rows = order.data();
    TESSERA_IVDEP
    for (int r = begin; r < end; ++r) {
      const int row = rows[r];
      for (int c = 0; c < columns; ++c) out[c][r] = in[c][row];
      id_out[r] = id_in[row];
    }
  }

  KOKKOS_INLINE_FUNCTION void count_in(int cell, const int* bins, const VelocityColumns& v) const {
    const std::int64_t apart = grid.num_local();
    for (int a = 0; a < collisions.num_species; ++a) {
      if (bins[a] == bins[a + 1]) continue;
      double sum[num_sums] = {};
      add_velocities(v, bins[a], bins[a + 1], sum);
      for (int n = 0; n < num_sums; ++n) sums[cell + apart * (a * num_sums + n)] += sum[n];
    }
  }

  /// Where nothing is in the way: the cell goes to `target`, -1 beyond this rank's.
  KOKKOS_INLINE_FUNCTION void fly(int begin, int end) const {
    if (begin == end) return;
    double* x = to.position.data();
    const double* v = to.velocity.data();
    const auto apart_x = to.position.stride(1), apart_v = to.velocity.stride(1);
    int* cell_of = target.data();
    const double step = dt;
    double low[3], inverse[3], low_cell[3], end_cell[3];
    int stride[3];
    for (int d = 0; d < directions; ++d) {
      low[d] = grid.low[d];
      inverse[d] = grid.inverse[d];
      low_cell[d] = grid.first[d];
      end_cell[d] = grid.end[d];
      stride[d] = grid.stride[d];
    }
    TESSERA_IVDEP
    for (int r = begin; r < end; ++r) {
      int cell = 0, is_out = 0;
      for (int d = 0; d < directions; ++d) {
        const double moved = x[r + d * apart_x] + v[r + d * apart_v] * step;
        const double place = (moved - low[d]) * inverse[d];
        x[r + d * apart_x] = moved;
        is_out |= (place >= low_cell[d] ? 0 : -1) | (place < end_cell[d] ? 0 : -1);
        cell += static_cast<int>(place - low_cell[d]) * stride[d];
      }
      cell_of[r] = cell | is_out;
    }
  }

  KOKKOS_INLINE_FUNCTION void settle(int r, int type, const Origin& origin, StepTally& tally) const {
    double x[3] = {0.0, 0.0, 0.0}, v[3];
    for (int d = 0; d < directions; ++d) x[d] = to.position(r, d);
    for (int c = 0; c < 3; ++c) v[c] = to.velocity(r, c);
    const Fate fate = flight.settle(x, v, type, origin, tally.walls);
    if (fate != Fate::stays) {
      target(r) = is_removed;
      if (fate == Fate::lost && to.id(r, 0) > tally.lost) tally.lost = to.id(r, 0);
      return;
    }
    for (int d = 0; d < directions; ++d) to.position(r, d) = x[d];
    for (int c = 0; c < 3; ++c) to.velocity(r, c) = v[c];
    const int cell = grid.local_of(grid.global_of(x));
    target(r) = cell < 0 ? is_leaving : cell * collisions.num_species + type;
    if (cell < 0) ++tally.leaving;
  }
};

}  // namespace tessera::sim::dsmc

template <>
struct Kokkos::reduction_identity<tessera::sim::dsmc::StepTally> {
  KOKKOS_FORCEINLINE_FUNCTION static tessera::sim::dsmc::StepTally sum() { return {}; }
};
