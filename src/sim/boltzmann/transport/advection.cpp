#include "sim/boltzmann/transport/advection.hpp"

namespace tessera::sim::boltzmann {

namespace {

struct Flight {
  CellBlock f, out;
  Array2<double> velocities;
  WallFaces walls;
  double per_spacing[3];  // step / spacing
  double old, now;
};

/// Values on the two faces of each cell of a tile, across x.
template <Reconstruction Kind>
KOKKOS_FORCEINLINE_FUNCTION void add_across(const Flight& flight, const Tile& tile, int c, int d,
                                            double (&change)[tile_cells]) {
  const double v = flight.velocities(c, d) * flight.per_spacing[d];
  const double* f = flight.f.row(tile.row, c) + tile.first;
  const auto stride = flight.f.stride(d);
  const int j = d == 1 ? tile.row % flight.f.count[1] : tile.row / flight.f.count[1];
  const int beside = d == 1 ? tile.row / flight.f.count[1] : tile.row % flight.f.count[1];
  const int face = tile.first + flight.f.count[0] * beside;
  if (v >= 0.0) {
    const double* wall =
        flight.walls.is_here[d][0] && j == 0 && v > 0.0 ? &flight.walls.values[d][0](face, c) : nullptr;
    for (int i = 0; i < tile.cells; ++i) {
      const double low = wall != nullptr ? wall[i] : face_value<Kind>(f + i - stride, stride);
      change[i] += v * (low - face_value<Kind>(f + i, stride));
    }
  } else {
    const double* wall =
        flight.walls.is_here[d][1] && j == flight.f.count[d] - 1 ? &flight.walls.values[d][1](face, c) : nullptr;
    for (int i = 0; i < tile.cells; ++i) {
      const double high = wall != nullptr ? wall[i] : face_value<Kind>(f + i + stride, -stride);
      change[i] += v * (face_value<Kind>(f + i, -stride) - high);
    }
  }
}

template <Reconstruction Kind>
KOKKOS_FORCEINLINE_FUNCTION void set_along(const Flight& flight, const Tile& tile, int c,
                                           double (&change)[tile_cells]) {
  const double v = flight.velocities(c, 0) * flight.per_spacing[0];
  const double* f = flight.f.row(tile.row, c) + tile.first;
  double face[tile_cells + 1];
  if (v >= 0.0) {
    for (int i = 0; i <= tile.cells; ++i) face[i] = face_value<Kind>(f + i - 1, 1);
    if (flight.walls.is_here[0][0] && tile.first == 0 && v > 0.0) face[0] = flight.walls.values[0][0](tile.row, c);
  } else {
    for (int i = 0; i <= tile.cells; ++i) face[i] = face_value<Kind>(f + i, -1);
    if (flight.walls.is_here[0][1] && tile.first + tile.cells == flight.f.count[0])
      face[tile.cells] = flight.walls.values[0][1](tile.row, c);
  }
  for (int i = 0; i < tile.cells; ++i) change[i] = v * (face[i] - face[i + 1]);
}

template <Reconstruction Kind, int Dimensions>
void fly(const Flight& flight) {
  for_each_tile_and_component(
      "boltzmann/advect", flight.f, KOKKOS_LAMBDA(const Tile& tile, int c) {
        double change[tile_cells];
        set_along<Kind>(flight, tile, c, change);
        for (int d = 1; d < Dimensions; ++d) add_across<Kind>(flight, tile, c, d, change);
        const double* f = flight.f.row(tile.row, c) + tile.first;
        double* out = flight.out.row(tile.row, c) + tile.first;
        if (flight.old == 0.0)
          for (int i = 0; i < tile.cells; ++i) out[i] = flight.now * f[i] + change[i];
        else
          for (int i = 0; i < tile.cells; ++i) out[i] = flight.old * out[i] + flight.now * f[i] + change[i];
      });
}

}  // namespace

void advect(const PhaseGrid& phase, Reconstruction reconstruction, const data::Mesh& mesh, const CellBlock& f,
            const WallFaces& walls, const Advance& advance, const CellBlock& out) {
  Flight flight{f, out, phase.velocities(), walls, {}, advance.old, advance.now};
  for (int d = 0; d < 3; ++d) flight.per_spacing[d] = advance.step / mesh.spacing(d);
  with_reconstruction(reconstruction, [&](auto kind) {
    constexpr Reconstruction chosen = decltype(kind)::value;
    switch (mesh.dimensions()) {
      case 1:
        return fly<chosen, 1>(flight);
      case 2:
        return fly<chosen, 2>(flight);
      default:
        return fly<chosen, 3>(flight);
    }
  });
}

void combine(const CellBlock& f, const Advance& advance, const CellBlock& out) {
  const double old = advance.old, now = advance.now;
  for_each_tile_and_component(
      "boltzmann/combine", f, KOKKOS_LAMBDA(const Tile& tile, int c) {
        const double* values = f.row(tile.row, c) + tile.first;
        double* sum = out.row(tile.row, c) + tile.first;
        for (int i = 0; i < tile.cells; ++i) sum[i] = (old == 0.0 ? 0.0 : old * sum[i]) + now * values[i];
      });
}

namespace {

/// int v_y f gains a_y int f, int (v_y^2 + v_z^2) f gains 2 a_y int v_y f.
void accelerate_reduced(const PhaseGrid& phase, const CellBlock& f, double acceleration, double step,
                        const CellBlock& out) {
  const int points = phase.grid().points;
  const double once = step * acceleration;
  for_each_tile_and_component(
      "boltzmann/accelerate", f, KOKKOS_LAMBDA(const Tile& tile, int c) {
        if (c < points) return;
        const double factor = c < 2 * points ? once : 2.0 * once;
        const double* source = f.row(tile.row, c - points) + tile.first;
        double* sum = out.row(tile.row, c) + tile.first;
        for (int i = 0; i < tile.cells; ++i) sum[i] += factor * source[i];
      });
}

/// Between velocities j and j + 1 of a line of N of them; 0 at its ends.
KOKKOS_FORCEINLINE_FUNCTION double velocity_face(const double* f, std::ptrdiff_t along, int j, int points, bool rises) {
  if (j < 0 || j + 1 >= points) return 0.0;
  const int upwind = rises ? j : j + 1;
  const double* here = f + upwind * along;
  if (upwind == 0 || upwind + 1 == points) return here[0];
  return face_value<Reconstruction::van_leer>(here, rises ? along : -along);
}

}  // namespace

void accelerate(const PhaseGrid& phase, const CellBlock& f, const double (&acceleration)[3], double step,
                const CellBlock& out) {
  if (phase.is_reduced()) return accelerate_reduced(phase, f, acceleration[1], step, out);
  const auto& grid = phase.grid();
  const auto component_stride = static_cast<std::ptrdiff_t>(f.values.stride(3));
  int stride = grid.size();
  for (int d = 0; d < grid.dimensions; ++d) {
    stride /= grid.points;
    if (acceleration[d] == 0.0) continue;
    const double factor = step * acceleration[d] / grid.spacing();
    const bool rises = acceleration[d] > 0.0;
    const int points = grid.points, between = stride;
    for_each_tile_and_component(
        "boltzmann/accelerate", f, KOKKOS_LAMBDA(const Tile& tile, int c) {
          const int j = c / between % points;
          const std::ptrdiff_t along = between * component_stride;
          const double* line = f.row(tile.row, c - j * between) + tile.first;
          double* sum = out.row(tile.row, c) + tile.first;
          for (int i = 0; i < tile.cells; ++i)
            sum[i] += factor * (velocity_face(line + i, along, j - 1, points, rises) -
                                velocity_face(line + i, along, j, points, rises));
        });
  }
}

}  // namespace tessera::sim::boltzmann
