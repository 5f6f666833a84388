// Internal to the particle mesh: values on the points around a rank's particles, to and from the slabs of the Fourier
// transform.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "data/peer_messages.hpp"
#include "math/fft_distributed.hpp"

namespace tessera::sim::md {

/// Points [first, first + extent) along x, y, z, counted on beyond the sides of the mesh: they may be copies of one
/// another. Nothing where an extent is zero.
struct Brick {
  int first[3] = {0, 0, 0};
  int extent[3] = {0, 0, 0};
  bool operator==(const Brick&) const = default;
};

/// Slabs are cut along z, whole along x and y, x fastest; bricks overlap as particles have it. Slab values lie on the
/// host.
class BrickExchange {
 public:
  /// Collective. Rows of this rank's charges along x begin `pitch` numbers apart.
  BrickExchange(const Comm& comm, const std::array<int, 3>& points, const math::Slab& slab, const Brick& mine,
                int pitch);

  /// Collective. The slab becomes the sum of what all bricks have on its points, in the order of the ranks.
  void to_slab(const double* brick, std::span<double> slab);
  /// Collective. Bricks become what the slabs are: three components, which the brick has next to one another, points
  /// `stride` numbers apart and rows without gaps.
  void to_bricks(const std::array<std::span<const double>, 3>& slabs, double* brick, int stride);

  /// Numbers that leave this rank in to_slab.
  std::int64_t num_sent() const { return num_sent_; }
  const std::vector<Brick>& bricks() const { return bricks_; }

 private:
  /// Planes of one rank's brick that lie in one rank's slab.
  struct Part {
    int rank;
    Brick brick;
    std::vector<int> in_brick, in_slab;  // planes
    int numbers() const { return static_cast<int>(in_brick.size()) * brick.extent[0] * brick.extent[1]; }
  };

  Part common(int rank, const Brick& brick, const math::Slab& slab) const;
  template <class Visit>
  void for_each_run(const Part& part, const Visit& visit) const;

  Comm comm_;
  std::array<int, 3> points_;
  int pitch_;
  std::vector<Brick> bricks_;
  std::vector<Part> sent_, received_;  // by rank; this rank's own is in both
  std::vector<data::Peer> peers_;
  std::int64_t num_sent_ = 0, num_received_ = 0;
  data::PeerMessages messages_{73};
};

}  // namespace tessera::sim::md
