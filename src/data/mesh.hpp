// A structured mesh over the box, cut by the tiling into one block of cells a rank.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "data/tiling.hpp"

namespace tessera::data {

using Long3 = std::array<std::int64_t, 3>;

/// Where in its cell a value lies: in the middle, or on a node. Nodes of a periodic direction are the low ends of its
/// cells, x_j = j L / N; those of an open one lie on both sides of the box too, x_j = j L / (N - 1).
enum class Centring { cell, node };

/// Equal cells in one to three directions. Where the mesh has fewer than the box, the rest of the box is one cell wide
/// and has no ghosts. Blocks may differ in size: cuts are rounded to cells. "Cell" stands for node where values lie on
/// nodes.
class Mesh {
 public:
  /// The grid of blocks, none of them empty, with the least surface. Throws Error (input) if there is none for so many
  /// ranks: there are more of them than cells, or their number has no factors that fit.
  static Int3 best_grid(const std::vector<std::int64_t>& num_cells, int num_ranks);

  /// Local; every rank gives the same. One number of cells for each direction. Throws Error (input) if it is not one to
  /// three numbers from 1 to 2^40, if the edges of the box do not lie along the axes, if a block would be without
  /// cells, or if an open direction has a single node.
  Mesh(const Tiling& tiling, const std::vector<std::int64_t>& num_cells, Centring centring = Centring::cell);
  /// Cut as best_grid says.
  Mesh(const Comm& comm, const Box& box, const std::vector<std::int64_t>& num_cells,
       Centring centring = Centring::cell);

  const Tiling& tiling() const { return tiling_; }
  const Comm& comm() const { return tiling_.comm(); }
  const Box& box() const { return tiling_.box(); }
  Centring centring() const { return centring_; }
  int dimensions() const { return dimensions_; }
  bool is_periodic(int d) const { return box().is_periodic[d]; }

  /// 1 in directions that the mesh has not.
  const Long3& num_cells() const { return num_cells_; }
  std::int64_t total_cells() const { return num_cells_[0] * num_cells_[1] * num_cells_[2]; }

  /// Global indices [first, first + count) of this rank's cells.
  const Long3& first() const { return first_; }
  const Int3& count() const { return count_; }
  std::int64_t local_cells() const { return std::int64_t{1} * count_[0] * count_[1] * count_[2]; }
  /// First cell of a tile along d; tile number grid[d] gives the end.
  std::int64_t first_of(int d, int tile) const;
  bool is_same_as(const Mesh& other) const;  ///< the same cells of the same box, however they are cut

  double spacing(int d) const { return spacing_[d]; }
  /// Product of the spacings of the mesh's own directions: an area in two, a length in one.
  double cell_volume() const;
  /// Of a value along d, by global index, beyond the box too.
  double coordinate(int d, std::int64_t index) const {
    return box().origin[d] + (static_cast<double>(index) + position()) * spacing_[d];
  }
  /// Global index of the cell that x lies in, or of the nearest node; brought into the mesh where it is periodic.
  std::int64_t index_at(int d, double x) const;
  /// The part of a spacing that a value stands for in an integral: 1, but 1/2 for nodes on open sides.
  double weight(int d, std::int64_t index) const;
  /// Of a value within its cell, in spacings.
  double position() const { return centring_ == Centring::cell ? 0.5 : 0.0; }

 private:
  Tiling tiling_;
  Centring centring_;
  int dimensions_;
  Long3 num_cells_{1, 1, 1}, first_{0, 0, 0};
  Int3 count_{1, 1, 1};
  Vec3 spacing_{1.0, 1.0, 1.0};
};

}  // namespace tessera::data
