#include "data/column_grid.hpp"

#include <algorithm>
#include <cmath>

#include "base/region.hpp"

namespace tessera::data {

namespace {

struct Interval {
  double low = 0.0, high = 0.0;
  double size() const { return high - low; }
};

/// Of one coordinate over the owned rows.
Interval bounds(const Array2<double>& position, int rows, int c) {
  Interval all;
  Kokkos::parallel_reduce(
      "data/bounds", Range(0, rows),
      KOKKOS_LAMBDA(int i, double& least, double& most) {
        const double x = position(i, c);
        least = x < least ? x : least;
        most = x > most ? x : most;
      },
      Kokkos::Min<double>(all.low), Kokkos::Max<double>(all.high));
  return all;
}

constexpr int num_parts = 64;

/// How many rows lie in each part of an interval; what lies outside counts for its ends.
HostArray1<int> histogram(const Array2<double>& position, int rows, int c, const Interval& interval) {
  const Array1<int> counts("histogram", num_parts);
  const double low = interval.low, scale = num_parts / interval.size();
  Kokkos::parallel_for(
      "data/histogram", Range(0, rows), KOKKOS_LAMBDA(int i) {
        const double part = (position(i, c) - low) * scale;
        Kokkos::atomic_add(&counts(!(part > 0.0) ? 0 : part < num_parts ? static_cast<int>(part) : num_parts - 1), 1);
      });
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), counts);
}

/// Where nearly all rows lie: a few that have flown away must not make the columns of all others wide. Depends on the
/// rows' places, not on their order. Intervals are not resolved more finely than `resolution`.
Interval extent_of_most(const Array2<double>& position, int rows, int c, double resolution) {
  Interval most = bounds(position, rows, c);
  while (most.size() > resolution) {
    const auto counts = histogram(position, rows, c, most);
    std::size_t first = 0, last = num_parts - 1;
    for (int dropped = counts(first); dropped <= rows / num_parts; dropped += counts(first)) ++first;
    for (int dropped = counts(last); dropped <= rows / num_parts; dropped += counts(last)) --last;
    if (last - first > num_parts / 2) break;
    const double part = most.size() / num_parts;
    most = {most.low + part * (static_cast<double>(first) - 1.0), most.low + part * (static_cast<double>(last) + 2.0)};
  }
  return most;
}

template <class Groups>
BinOrder counting_sort(const ColumnGrid& grid, const Groups& groups, const Array2<double>& position, int first,
                       int rows) {
  const int bins = grid.num_bins();
  const int keys = bins * Groups::count;
  BinOrder result{make_uninitialized<Array1<int>>("order", static_cast<std::size_t>(rows)),
                  Array1<int>("bin offsets", static_cast<std::size_t>(keys) + 1)};
  const auto offsets = result.offsets;
  const auto order = result.order;
  const auto key = make_uninitialized<Array1<int>>("sort key", static_cast<std::size_t>(rows));
  Kokkos::parallel_for(
      "data/bin_count", Range(0, rows), KOKKOS_LAMBDA(int n) {
        const Vec3 x{position(first + n, 0), position(first + n, 1), position(first + n, 2)};
        key(n) = groups(x) * bins + grid.bin_of(x[0], x[1], x[2]);
        Kokkos::atomic_add(&offsets(key(n) + 1), 1);
      });
  Kokkos::parallel_scan(
      "data/bin_scan", Range(0, keys + 1), KOKKOS_LAMBDA(int k, int& total, bool final) {
        total += offsets(k);
        if (final) offsets(k) = total;
      });
  const auto cursor = make_uninitialized<Array1<int>>("bin cursor", static_cast<std::size_t>(keys) + 1);
  Kokkos::deep_copy(cursor, offsets);
  Kokkos::parallel_for(
      "data/bin_fill", Range(0, rows),
      KOKKOS_LAMBDA(int n) { order(Kokkos::atomic_fetch_add(&cursor(key(n)), 1)) = n; });
  if (ExecSpace().concurrency() > 1)
    Kokkos::parallel_for(
        "data/bin_sort", Range(0, keys), KOKKOS_LAMBDA(int k) {
          for (int a = offsets(k) + 1; a < offsets(k + 1); ++a) {
            const int row = order(a);
            int b = a;
            for (; b > offsets(k) && order(b - 1) > row; --b) order(b) = order(b - 1);
            order(b) = row;
          }
        });
  return result;
}

}  // namespace

ColumnGrid fit_columns(const Particles& particles, double margin, int per_cluster) {
  ColumnGrid grid;
  const int rows = particles.num_owned();
  if (rows == 0) return grid;
  const auto position = particles.get<double>("position");
  double inner = 1.0, outer = 1.0;
  Vec3 extent{};
  for (int c = 0; c < 3; ++c) {
    const Interval most = extent_of_most(position, rows, c, margin);
    grid.low[c] = most.low - margin;
    extent[c] = most.size() + 2.0 * margin;
    inner *= most.size();
    outer *= extent[c];
  }
  // Not many more bins than rows, wherever those are; a region thinner than a column still has one.
  const double max_bins = std::min(4.0 * rows + 64.0, 5e8);
  double edge = std::cbrt(std::max(inner / rows, outer / max_bins) * per_cluster);
  double cells[3];
  for (double bins = 2.0 * max_bins; bins > max_bins; edge *= 1.25) {
    bins = 1.0;
    for (int c = 0; c < 3; ++c) {
      cells[c] = std::max(1.0, std::floor(extent[c] / edge * (c == 2 ? per_cluster : 1)));
      bins *= cells[c];
    }
  }
  for (int c = 0; c < 3; ++c) {
    grid.count[c] = static_cast<int>(cells[c]);
    grid.inverse_edge[c] = cells[c] / extent[c];
  }
  return grid;
}

BinOrder sort_rows(const ColumnGrid& grid, const Array2<double>& position, int first, int rows) {
  return counting_sort(grid, OneGroup{}, position, first, rows);
}

BinOrder sort_halo_rows(const ColumnGrid& grid, const HaloGroups& groups, const Array2<double>& position, int first,
                        int rows) {
  return counting_sort(grid, groups, position, first, rows);
}

}  // namespace tessera::data
