// Internal to Field: which cells of a block go to which neighbour's ghost layers, and the messages that carry them.
#pragma once

#include <string>
#include <vector>

#include "data/mesh.hpp"
#include "data/peer_messages.hpp"

namespace tessera::data {

/// Neighbouring cells along x that are copied together, within a cuboid that one message carries for one image of a
/// tile. Component c of cell i of the run lies at cuboid_begin * components + c * cuboid_cells + place + i.
struct MeshRun {
  int cell;  ///< of the block with its ghosts, x fastest
  int length;
  int place;  ///< among the cells of the cuboid
  int cuboid_begin, cuboid_cells;
};

/// The plan of one mesh and number of ghost layers, with the buffers of one exchange at a time. Ghosts that are wider
/// than a neighbour's block come from the blocks behind it, up to Halo::max_targets blocks and images along a
/// direction.
class MeshExchange {
 public:
  /// Local. Throws Error (input), perhaps on some ranks only, beyond that limit, or if a rank would hold or send more
  /// than 2^31 cells.
  MeshExchange(const Mesh& mesh, const Int3& layers);

  /// Cells of the block along d, with its ghosts.
  const Int3& extent() const { return extent_; }

  /// Collective. `cells` are all values of the block, (cell, component). Between begin and end owned cells may be read,
  /// not written; ghosts are for the exchange alone.
  void forward_begin(const Array2<double>& cells);
  void forward_end(const Array2<double>& cells);
  /// Collective. Adds the ghosts to the cells that they are copies of, in a fixed order.
  void reverse(const Array2<double>& cells);

 private:
  struct Cuboid {
    int rank;
    Int3 image;  // of the receiver as the sender sees it
    Int3 begin, extent;
    int num_cells() const { return extent[0] * extent[1] * extent[2]; }
  };
  /// Runs of the cuboids of one side, those of this rank itself first.
  struct Side {
    Array1<MeshRun> runs;
    std::vector<int> first_run;  // of each cuboid, and the end
    int num_self_cuboids = 0;
    int num_cells = 0;  // in messages
    int num_self_runs() const { return first_run[static_cast<std::size_t>(num_self_cuboids)]; }
    int num_runs() const { return first_run.back(); }
  };

  std::vector<Cuboid> find_cuboids(const Mesh& mesh, bool sends) const;
  Side make_side(const std::vector<Cuboid>& cuboids, std::vector<Peer>& peers, bool sends) const;

  Comm comm_;
  Int3 layers_, extent_;
  Side sent_, received_;
  std::vector<Peer> peers_;
  PeerMessages messages_{72};
};

}  // namespace tessera::data
