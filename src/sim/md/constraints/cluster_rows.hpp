// Rigid clusters of this rank as lists of rows, one list for each shape.
#pragma once

#include <array>

#include "data/neighbourhood.hpp"
#include "sim/md/constraints/clusters.hpp"

namespace tessera::sim::md {

/// Clusters of one shape whose middle atom this rank owns, in the order of its rows; the others may be copies.
struct ClusterList {
  int num_atoms = 2, num_distances = 1;
  int count = 0;
  Array2<int> rows;       ///< (at least count, num_atoms), the middle atom first
  Array2<double> length;  ///< (at least count, num_distances), as Shape has them
};

class ClusterRows {
 public:
  explicit ClusterRows(const RigidTypes& types);

  /// Collective. Of the rows as they are now. Throws Error (input) for an atom that is further from the middle one than
  /// lists reach.
  void find(const data::Particles& particles, const data::Neighbourhood& near);

  /// Pairs, a middle atom with two, three, four others, triangles.
  const std::array<ClusterList, most_partners + 1>& lists() const { return lists_; }
  /// Of the copies among those rows.
  const data::Halo& halo() const { return halo_; }
  /// Distances of this rank's clusters.
  std::int64_t num_distances() const;

 private:
  void complain(const data::Particles& particles, const data::Neighbourhood& near, int row) const;

  Array1<double> bond_length_, cos_angle_;  // by type from 0
  std::array<ClusterList, most_partners + 1> lists_;
  data::Halo halo_;
};

}  // namespace tessera::sim::md
