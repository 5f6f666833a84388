#include "data/exclusions.hpp"

#include "base/region.hpp"

namespace tessera::data {

namespace {

constexpr int num_lanes = simd::width;

struct FindExclusions {
  Array2<double> position;
  Array2<std::int64_t> excluded;
  RowIndex index;
  Exclusions found;
  double reach2;
  int first_halo_cluster;
  bool half;

  KOKKOS_FUNCTION void operator()(int i) const {
    const double here[3] = {position(i, 0), position(i, 1), position(i, 2)};
    const int own = i / num_lanes;
    unsigned home = 0;
    int count = 0;
    for (int slot = 0; slot < found.slots; ++slot) {
      const std::int64_t entry = excluded(i, slot);
      if (entry == 0) break;
      double distance2 = 0.0;
      const int row = index.nearest(excluded_id(entry), position, here, distance2);
      // Further away it is in no list, and may be another image than the nearest.
      if (row < 0 || distance2 > reach2) continue;
      const int cluster = row / num_lanes;
      const unsigned lane = 1U << (row % num_lanes);
      if (cluster == own)
        home |= lane;
      else if (!half || cluster > own || cluster >= first_halo_cluster)
        count = add(i, cluster, lane, count);
    }
    found.home(i) = home;
    found.count(i) = count;
  }

 private:
  KOKKOS_FUNCTION int add(int i, int cluster, unsigned lane, int count) const {
    const std::size_t begin = static_cast<std::size_t>(i) * found.slots;
    for (std::size_t n = begin; n < begin + count; ++n) {
      if (found.cluster(n) != cluster) continue;
      found.lanes(n) |= lane;
      return count;
    }
    found.cluster(begin + count) = cluster;
    found.lanes(begin + count) = lane;
    return count + 1;
  }
};

}  // namespace

Exclusions find_exclusions(const Particles& particles, const RowIndex& index, double reach, const ClusterPairs& pairs) {
  const Region region("data/find_exclusions");
  const auto excluded = particles.get<std::int64_t>(excluded_column);
  const auto rows = static_cast<std::size_t>(particles.num_owned());
  Exclusions found;
  found.slots = static_cast<int>(excluded.extent(1));
  const std::size_t room = rows * static_cast<std::size_t>(found.slots);
  found.home = make_uninitialized<Array1<unsigned>>("excluded home lanes", rows);
  found.count = make_uninitialized<Array1<int>>("number of excluded clusters", rows);
  found.cluster = make_uninitialized<Array1<int>>("excluded clusters", room);
  found.lanes = make_uninitialized<Array1<unsigned>>("excluded lanes", room);
  Kokkos::parallel_for("data/find_exclusions", Range(0, particles.num_owned()),
                       FindExclusions{particles.get<double>("position"), excluded, index, found, reach * reach,
                                      pairs.first_halo_cluster, pairs.count == PairCount::half});
  return found;
}

void take_out(const Exclusions& exclusions, int num_owned, const ClusterLists& inner) {
  if (exclusions.slots == 0) return;
  const Region region("data/take_out");
  Kokkos::parallel_for(
      "data/take_out", Range(0, num_owned), KOKKOS_LAMBDA(int i) {
        const int count = exclusions.count(i);
        if (count == 0) return;
        const int* out = exclusions.cluster.data() + static_cast<std::size_t>(i) * exclusions.slots;
        int* list = inner.cluster.data() + inner.begin(i);
        const int owned = inner.num_owned(i), total = inner.num_total(i);
        int kept = 0, kept_owned = 0;
        for (int n = 0; n < total; ++n) {
          bool keep = true;
          for (int k = 0; k < count; ++k) keep = keep && list[n] != out[k];
          list[kept] = list[n];
          kept += keep ? 1 : 0;
          kept_owned += keep && n < owned ? 1 : 0;
        }
        inner.num_owned(i) = kept_owned;
        inner.num_total(i) = kept;
      });
}

}  // namespace tessera::data
