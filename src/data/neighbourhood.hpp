// Everything around this rank's particles: their spatial order, the copies of neighbours, and the lists of pairs.
#pragma once

#include "data/cluster_pairs.hpp"
#include "data/exclusions.hpp"
#include "data/halo.hpp"
#include "data/tiling.hpp"

namespace tessera::data {

class Neighbourhood {
 public:
  /// Collective. Sorts the owned rows in space, plans and fills the halo (positions and types) to `radius`, and finds
  /// all pairs within it. Particles must be at home (migrate). Where they have a column of excluded partners (see
  /// Exclusions), these are left out of the pairs, and rows_by_id() is made. Throws Error (input) for an absurd radius,
  /// and where the halo cannot reach that far.
  void build(const Tiling& tiling, Particles& particles, double radius, PairCount count);

  /// Local. The inner list within `radius` (at most the outer one's) at the positions of now.
  void prune(const Particles& particles, double radius) {
    data::prune(pairs_, particles, radius, inner_);
    take_out(exclusions_, particles.num_owned(), inner_);
  }

  Halo& halo() { return halo_; }
  const Halo& halo() const { return halo_; }
  const ClusterPairs& pairs() const { return pairs_; }
  const ClusterLists& inner() const { return inner_; }
  double radius() const { return radius_; }
  /// Clusters that are in no inner list, because some of their pairs do not count.
  const Exclusions& exclusions() const { return exclusions_; }
  bool has_exclusions() const { return exclusions_.slots > 0; }
  const RowIndex& rows_by_id() const { return rows_by_id_; }
  /// Owned clusters, first those without copies in their outer list (num_interior of them).
  const Array1<int>& work_order() const { return work_order_; }
  int num_interior() const { return num_interior_; }

 private:
  Array1<int> work_order_;
  int num_interior_ = 0;
  Halo halo_;
  ClusterPairs pairs_;
  ClusterLists inner_;
  Exclusions exclusions_;
  RowIndex rows_by_id_;
  double radius_ = 0.0;
};

/// Pairs out to a distance of their own, for observables and graphs: a copy of positions, types and ids with its own
/// halo. Built once a sample. Wants position, image, id and type, wherever those particles are.
class PairSearch {
 public:
  /// Collective. Throws Error (input) where the halo cannot reach that far.
  PairSearch(const Tiling& tiling, const Particles& particles, double radius);

  /// Columns position, image, id, type; those of copies are filled but for the image.
  const Particles& particles() const { return particles_; }

  /// Local. Calls f(i, j, dx, dy, dz, r2) for every ordered pair closer than the radius: i an owned row, j any other
  /// row of particles(), (dx, dy, dz) = x_i - x_j. Rows are those of particles(), not of the original.
  template <class F>
  void for_each_pair(const F& f) const {
    const auto inner = neighbourhood_.inner();
    const auto position = particles_.get<double>("position");
    const double limit = radius_ * radius_;
    Kokkos::parallel_for(
        "data/for_each_pair", Range(0, particles_.num_owned()), KOKKOS_LAMBDA(int i) {
          for (int n = 0; n < inner.num_total(i); ++n) {
            const int first = inner.cluster(inner.begin(i) + n) * simd::width;
            for (int j = first; j < first + simd::width; ++j) {
              const double dx = position(i, 0) - position(j, 0);
              const double dy = position(i, 1) - position(j, 1);
              const double dz = position(i, 2) - position(j, 2);
              const double r2 = dx * dx + dy * dy + dz * dz;
              if (r2 < limit && j != i) f(i, j, dx, dy, dz, r2);
            }
          }
        });
  }

 private:
  Particles particles_;
  Neighbourhood neighbourhood_;
  double radius_;
};

}  // namespace tessera::data
