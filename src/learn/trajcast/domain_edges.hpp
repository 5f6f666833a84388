// The graph of one configuration that is spread over the ranks.
#pragma once

#include <cstdint>

#include "data/neighbourhood.hpp"
#include "learn/trajcast/edges.hpp"
#include "learn/trajcast/ghost_exchange.hpp"

namespace tessera::learn::trajcast {

/// Receivers are the owned rows of particles, in their order. Senders are owned rows too where the image is one of this
/// rank's own particles, and one ghost stands for all images of another rank's particle: features of images are never
/// stored. Ghosts are the rows behind the owned ones. Vectors are the same, bit by bit, on any number of ranks. A rank
/// may be empty.
class DomainEdges {
 public:
  /// Collective. After neighbourhood.build(..., PairCount::full), which orders the owned rows. `particles` need
  /// position (with copies) and id. Pairs that are left out of forces for bonds are edges like others. Throws Error
  /// (internal) for other lists.
  void plan(const data::Tiling& tiling, const data::Particles& particles, const data::Neighbourhood& neighbourhood);

  /// Collective. Edges shorter than `cutoff`, which the neighbourhood's radius is not below (Error internal), at the
  /// owned positions of now, not wrapped since plan(); copies in particles are not read. Right as long as no particle
  /// has moved by more than half of what the radius is larger. Throws Error (input) for too many edges.
  void find(const data::Particles& particles, const data::Neighbourhood& neighbourhood, double cutoff);

  const Edges& edges() const { return edges_; }
  int num_rows() const { return edges_.num_rows; }  ///< owned ones and ghosts
  const GhostExchange& ghosts() const { return ghosts_; }
  const Array1<std::int64_t>& id() const { return id_; }  ///< by row

 private:
  GhostExchange ghosts_;
  data::Box box_;
  Array1<int> row_;     // by row of particles, copies included
  Array2<int> image_;   // likewise: cells between its place and the owner's
  Array2<int> images_;  // of edges, only while they are sorted
  Array1<std::int64_t> id_;
  data::RowArray<double> position_;  // by row, as owners have them
  Edges edges_;
};

}  // namespace tessera::learn::trajcast
