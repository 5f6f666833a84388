#include "sim/particles/formula_pairs.hpp"

#include <algorithm>

#include "base/region.hpp"

namespace tessera::sim::particles {

namespace {

/// Clusters whose pairs are gathered at a time: some 1e5 pairs, which stay in cache.
constexpr int clusters_at_once = 512;

/// The pairs of an owned cluster, always in the same order.
struct PairVisitor {
  Array2<double> position;
  data::ClusterLists list;
  Array1<int> order;
  int num_owned;
  double cutoff2;

  /// visit(i, dx, dy, dz, r2), i an owned row.
  template <class Visit>
  KOKKOS_INLINE_FUNCTION void operator()(int n, const Visit& visit) const {
    const int first = order(n) * simd::width;
    for (int i = first; i < first + simd::width && i < num_owned; ++i)
      for (int entry = 0; entry < list.num_total(i); ++entry) {
        const int other = list.cluster(list.begin(i) + entry) * simd::width;
        for (int j = other; j < other + simd::width; ++j) {
          const double dx = position(i, 0) - position(j, 0), dy = position(i, 1) - position(j, 1),
                       dz = position(i, 2) - position(j, 2);
          const double r2 = dx * dx + dy * dy + dz * dz;
          if (r2 < cutoff2 && j != i) visit(i, dx, dy, dz, r2);
        }
      }
  }
};

/// Where the pairs of each cluster begin; returns how many there are.
int place_pairs(const PairVisitor& pairs, int begin, int end, const Array1<int>& place) {
  int total = 0;
  Kokkos::parallel_scan(
      "particles/place_pairs", Range(begin, end),
      KOKKOS_LAMBDA(int n, int& sum, bool is_final) {
        if (is_final) place(n - begin) = sum;
        int count = 0;
        pairs(n, [&](int, double, double, double, double) { ++count; });
        sum += count;
      },
      total);
  return total;
}

void fill_distances(const PairVisitor& pairs, int begin, int end, const Array1<int>& place, const Array1<double>& r) {
  Kokkos::parallel_for(
      "particles/pair_distances", Range(begin, end), KOKKOS_LAMBDA(int n) {
        int next = place(n - begin);
        pairs(n, [&](int, double, double, double, double r2) { r(next++) = kmath::sqrt(r2); });
      });
}

void add_slopes(const PairVisitor& pairs, int begin, int end, const Array1<int>& place, const Array1<double>& slope,
                double factor, const Array2<double>& force) {
  Kokkos::parallel_for(
      "particles/pair_forces", Range(begin, end), KOKKOS_LAMBDA(int n) {
        int next = place(n - begin);
        pairs(n, [&](int i, double dx, double dy, double dz, double) {
          const double f = factor * slope(next++);
          force(i, 0) += f * dx;
          force(i, 1) += f * dy;
          force(i, 2) += f * dz;
        });
      });
}

using Sums = ExactSums<7>;

void add_sums(const PairVisitor& pairs, int begin, int end, const Array1<int>& place, const Array1<double>& energy,
              const Array1<double>& slope, double factor, Sums& all) {
  Sums total;
  Kokkos::parallel_reduce(
      "particles/pair_sums", Range(begin, end),
      KOKKOS_LAMBDA(int n, Sums& sum) {
        int next = place(n - begin);
        pairs(n, [&](int, double dx, double dy, double dz, double) {
          const double half = 0.5 * factor, f = half * slope(next);
          const double parts[7] = {half * energy(next), f * dx * dx, f * dy * dy, f * dz * dz,
                                   f * dx * dy,         f * dx * dz, f * dy * dz};
          for (int k = 0; k < 7; ++k) sum.part[k].add(parts[k]);
          ++next;
        });
      },
      Kokkos::Sum<Sums>(total));
  all += total;
}

}  // namespace

FormulaPairs::FormulaPairs(const LangevinParams& params, double factor)
    : potential_(params), cutoff_(params.pair.cutoff.value()), factor_(factor) {}

/// work(pairs, begin, end, place, r, count) for groups of clusters.
template <class Work>
void FormulaPairs::for_chunks(const data::Particles& particles, const data::Neighbourhood& near, int begin, int end,
                              const Work& work) const {
  const Region region("particles/formula_pairs");
  const PairVisitor pairs{particles.get<double>("position"), near.inner(), near.work_order(), particles.num_owned(),
                          cutoff_ * cutoff_};
  const auto place = make_uninitialized<Array1<int>>("particles/pair_place", clusters_at_once);
  Array1<double> r;
  for (int first = begin; first < end; first += clusters_at_once) {
    const int last = std::min(first + clusters_at_once, end);
    const int count = place_pairs(pairs, first, last, place);
    if (r.extent(0) < static_cast<std::size_t>(count))
      r = make_uninitialized<Array1<double>>("particles/pair_distance", static_cast<std::size_t>(count) * 5 / 4);
    fill_distances(pairs, first, last, place, r);
    work(pairs, first, last, place, r, count);
  }
}

void FormulaPairs::add_interior(const data::Particles& particles, const data::Neighbourhood& near) const {
  add_forces(particles, near, 0, near.num_interior());
}

void FormulaPairs::add_boundary(const data::Particles& particles, const data::Neighbourhood& near) const {
  add_forces(particles, near, near.num_interior(), near.pairs().num_owned_clusters);
}

void FormulaPairs::add_forces(const data::Particles& particles, const data::Neighbourhood& near, int first_cluster,
                              int end_cluster) const {
  const auto force = particles.get<double>("force");
  Array1<double> slope;
  for_chunks(
      particles, near, first_cluster, end_cluster,
      [&](const PairVisitor& pairs, int begin, int end, const Array1<int>& place, const Array1<double>& r, int count) {
        if (slope.extent(0) < r.extent(0))
          slope = make_uninitialized<Array1<double>>("particles/pair_slope", r.extent(0));
        potential_.slopes(r, count, time_, slope);
        add_slopes(pairs, begin, end, place, slope, factor_, force);
      });
}

ForceSums FormulaPairs::sums(const data::Particles& particles, const data::Neighbourhood& near) const {
  Sums total;
  for_chunks(
      particles, near, 0, near.pairs().num_owned_clusters,
      [&](const PairVisitor& pairs, int begin, int end, const Array1<int>& place, const Array1<double>& r, int count) {
        const Array1<double> slope("particles/pair_slope", r.extent(0)), energy("particles/pair_energy", r.extent(0));
        potential_.slopes(r, count, time_, slope);
        potential_.energies(r, count, time_, energy);
        add_sums(pairs, begin, end, place, energy, slope, factor_, total);
      });
  return force_sums(total);
}

}  // namespace tessera::sim::particles
