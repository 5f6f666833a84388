// Who owns which part of the box: a Cartesian grid of tiles, one a rank, whose cuts may move.
#pragma once

#include <array>
#include <vector>

#include "base/comm.hpp"
#include "data/box.hpp"
#include "data/particles.hpp"

namespace tessera::data {

/// Tile (i, j, k) spans [cuts[0][i], cuts[0][i+1]) x ... in fractional coordinates. Ranks are numbered x fastest.
/// Beyond an open side of the box, the outermost tile owns everything.
class Tiling {
 public:
  static constexpr int max_tiles = 1 << 20;  ///< along one direction

  /// All grids of so many tiles.
  static std::vector<Int3> grids(int num_tiles);
  /// Area of the faces of one tile along the three directions, if all are alike.
  static double surface(const Box& box, const Int3& grid);
  /// The grid of `num_tiles` tiles with the least surface for this box; equal cuts.
  static Int3 best_grid(const Box& box, int num_tiles);

  /// Throws Error (input) if the grid does not have as many tiles as there are ranks.
  Tiling(const Comm& comm, const Box& box, Int3 grid);
  Tiling(const Comm& comm, const Box& box) : Tiling(comm, box, best_grid(box, comm.size())) {}

  /// The tiling as some other rank sees it; nothing is communicated.
  static Tiling of_rank(const Comm& comm, const Box& box, Int3 grid, int rank);

  const Comm& comm() const { return comm_; }
  const Box& box() const { return box_; }
  /// Tiles keep their fractional cuts. Collective in meaning: every rank gives the same box.
  void set_box(const Box& box) { box_ = box; }
  const Int3& grid() const { return grid_; }
  const Int3& coordinates() const { return coordinates_; }
  int rank() const { return rank_; }
  int rank_of(const Int3& coordinates) const {
    return coordinates[0] + grid_[0] * (coordinates[1] + grid_[1] * coordinates[2]);
  }

  /// grid[d] + 1 rising numbers from 0 to 1.
  const std::vector<double>& cuts(int d) const { return cuts_[static_cast<std::size_t>(d)]; }
  /// Collective in meaning: every rank gives the same cuts. Throws Error (input) unless they rise from 0 to 1.
  void set_cuts(int d, std::vector<double> cuts);

  double low(int d) const { return cuts(d)[static_cast<std::size_t>(coordinates_[d])]; }
  double high(int d) const { return cuts(d)[static_cast<std::size_t>(coordinates_[d]) + 1]; }
  /// Owner of a point given in fractional coordinates inside the box.
  int owner(const Vec3& fractional) const;

 private:
  Tiling(const Comm& comm, const Box& box, Int3 grid, int rank);

  Comm comm_;
  Box box_;
  Int3 grid_;
  Int3 coordinates_;
  int rank_;
  std::array<std::vector<double>, 3> cuts_;
};

/// Collective. Wraps positions into the box (counting crossings in `image`) and moves every particle, with all its
/// saved columns, to the rank that owns its place. Copies are dropped. Returns how many particles left this rank.
/// A position that is not finite, or 2^30 boxes away, is an Error (numeric) on all ranks, naming the particle.
std::int64_t migrate(const Tiling& tiling, Particles& particles);

}  // namespace tessera::data
