// What happens to a particle that has flown out of the box, or of this rank's part of it.
#pragma once

#include "base/random.hpp"
#include "base/sum.hpp"
#include "sim/dsmc/cell_grid.hpp"
#include "sim/dsmc/params.hpp"

namespace tessera::sim::dsmc {

/// Where a flight began: what random numbers and the order of particles hang on. `source` is a cell of the mesh, or,
/// beyond these, a place where particles flow in; `index` counts the particles there.
struct Origin {
  std::int64_t source;
  int index;
};

enum class Fate { stays, removed, lost };

/// What particles give to the sides, momentum (3) and energy, each side four numbers; of simulated particles.
using WallSums = ExactSums<4 * num_sides>;

/// Room for several purposes in one 64-bit id: below are cells.
inline constexpr int id_shift = 48;

struct FlightRules {
  struct Side {
    SideKind kind;
    double energy;  ///< k_B times the temperature
    double accommodation, velocity[3];
  };
  CellGrid grid;
  Side side[num_sides];
  double mass[max_species];
  Random random;
  std::uint64_t step = 0;

  static constexpr int max_bounces = 100;  ///< in one step

  /// Of a particle that has moved without regard to sides: takes it back to each side that it crossed, in turn, and
  /// lets it go on from there.
  KOKKOS_INLINE_FUNCTION Fate settle(double (&x)[3], double (&v)[3], int type, const Origin& origin,
                                     WallSums& walls) const {
    for (int bounce = 0; bounce < max_bounces; ++bounce) {
      double since = -1.0;
      int first = -1;
      for (int d = 0; d < grid.dimensions; ++d) {
        if (x[d] >= grid.low[d] && x[d] <= grid.high[d]) continue;
        if (grid.is_periodic[d]) {
          if (!wrap(d, x[d])) return Fate::lost;
          continue;
        }
        const bool is_high = x[d] > grid.high[d];
        const double beyond = x[d] - (is_high ? grid.high[d] : grid.low[d]);
        // One that came out of a wall is rounded to beyond it at worst.
        if (is_high ? v[d] <= 0.0 : v[d] >= 0.0) {
          x[d] = is_high ? grid.high[d] : grid.low[d];
          continue;
        }
        const double time = beyond / v[d];
        if (!(time < 1e300)) return Fate::lost;
        if (time > since) {
          since = time;
          first = 2 * d + (is_high ? 1 : 0);
        }
      }
      if (first < 0) return Fate::stays;
      const SideKind kind = side[first].kind;
      if (kind == SideKind::inflow || kind == SideKind::outflow) return Fate::removed;
      for (int d = 0; d < grid.dimensions; ++d) x[d] -= since * v[d];
      x[first / 2] = first % 2 == 1 ? grid.high[first / 2] : grid.low[first / 2];
      reflect(first, v, type, origin, bounce, walls);
      for (int d = 0; d < grid.dimensions; ++d) x[d] += since * v[d];
    }
    return Fate::lost;
  }

 private:
  KOKKOS_INLINE_FUNCTION bool wrap(int d, double& x) const {
    const double length = grid.high[d] - grid.low[d], turns = kmath::floor((x - grid.low[d]) / length);
    if (!(turns > -1e9 && turns < 1e9)) return false;
    x -= turns * length;
    if (!(x >= grid.low[d])) x = grid.low[d];
    if (x > grid.high[d]) x = grid.high[d];
    return true;
  }

  KOKKOS_INLINE_FUNCTION void reflect(int which, double (&v)[3], int type, const Origin& origin, int bounce,
                                      WallSums& walls) const {
    const Side& wall = side[which];
    const int normal = which / 2;
    double before[3];
    for (int c = 0; c < 3; ++c) before[c] = v[c];
    const auto id = static_cast<std::uint64_t>(origin.source) + (static_cast<std::uint64_t>(bounce) << id_shift);
    const auto draw = 2 * static_cast<std::uint32_t>(origin.index);
    const auto chance = random.uniform(id, step, draw);
    if (wall.kind == SideKind::specular || chance.first > wall.accommodation) {
      v[normal] = -v[normal];
    } else {
      // The flux through the wall has the density v exp(-v^2/2) of the normal speed.
      const double width = kmath::sqrt(wall.energy / mass[type]);
      const double speed = width * kmath::sqrt(-2.0 * kmath::log(chance.second));
      const auto along = random.normal(id, step, draw + 1);
      const int a = (normal + 1) % 3, b = (normal + 2) % 3;
      v[normal] = which % 2 == 1 ? -speed : speed;
      v[a] = wall.velocity[a] + width * along.first;
      v[b] = wall.velocity[b] + width * along.second;
    }
    double energy = 0.0;
    for (int c = 0; c < 3; ++c) {
      walls.part[4 * which + c].add(mass[type] * (before[c] - v[c]));
      energy += 0.5 * mass[type] * (before[c] - v[c]) * (before[c] + v[c]);
    }
    walls.part[4 * which + 3].add(energy);
  }
};

}  // namespace tessera::sim::dsmc
