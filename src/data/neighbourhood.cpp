#include "data/neighbourhood.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/region.hpp"

namespace tessera::data {

namespace {

constexpr int particles_per_cluster = 8;

/// Puts the copies into spatial order as well.
Array1<int> sort_halo(const Tiling& tiling, const ColumnGrid& grid, Particles& particles, Halo& halo) {
  const HaloGroups groups{tiling.box(), tiling.low(2), tiling.high(2)};
  const auto position = particles.get<double>("position");
  const auto copies = sort_halo_rows(grid, groups, position, particles.halo_begin(), particles.num_halo());
  halo.reorder(copies.order);
  return copies.offsets;
}

/// Clusters for which the list says `has copies` or not, in rising order.
int list_clusters(const ClusterLists& lists, int clusters, bool with_copies, int begin, const Array1<int>& order) {
  int count = 0;
  Kokkos::parallel_scan(
      "data/work_order", Range(0, clusters),
      KOKKOS_LAMBDA(int n, int& sum, bool final) {
        if ((lists.num_total(n) > lists.num_owned(n)) != with_copies) return;
        if (final) order(begin + sum) = n;
        ++sum;
      },
      count);
  return count;
}

}  // namespace

void Neighbourhood::build(const Tiling& tiling, Particles& particles, double radius, PairCount count) {
  const Region region("data/neighbour_build");
  if (!(radius >= Box::shortest && radius <= Box::longest))
    throw Error::input(fmt::format("neighbours within {} were asked for; expected a distance from {} to {}", radius,
                                   Box::shortest, Box::longest));
  SortedRows rows;
  rows.grid = fit_columns(particles, radius, particles_per_cluster);
  const auto owned = sort_rows(rows.grid, particles.get<double>("position"), 0, particles.num_owned());
  particles.permute(owned.order);
  rows.owned_offsets = owned.offsets;

  halo_.build(tiling, particles, radius);
  halo_.forward(particles.get<double>("position"), Halo::Content::position);
  rows.halo_offsets = sort_halo(tiling, rows.grid, particles, halo_);
  halo_.forward(particles.get<double>("position"), Halo::Content::position);
  halo_.forward(particles.get<int>("type"));

  find_cluster_pairs(particles, rows, radius, count, pairs_);
  radius_ = radius;
  exclusions_ = {};
  if (particles.has_column(excluded_column)) {
    rows_by_id_ = make_row_index(particles, halo_);
    exclusions_ = find_exclusions(particles, rows_by_id_, radius, pairs_);
  }
  const int clusters = pairs_.num_owned_clusters;
  if (work_order_.extent(0) != static_cast<std::size_t>(clusters))
    work_order_ = Array1<int>("work order", static_cast<std::size_t>(clusters));
  num_interior_ = list_clusters(pairs_.lists, clusters, false, 0, work_order_);
  list_clusters(pairs_.lists, clusters, true, num_interior_, work_order_);
}

PairSearch::PairSearch(const Tiling& tiling, const Particles& original, double radius)
    : particles_(original.comm()), radius_(radius) {
  const auto travels = Column::saved | Column::halo;
  particles_.add<double>("position", 3, travels, "length");
  particles_.add<int>("image", 3, Column::saved);
  particles_.add<std::int64_t>("id", 1, travels);
  particles_.add<int>("type", 1, travels);
  particles_.resize_owned(original.num_owned());
  const auto rows = std::make_pair(0, original.num_owned());
  const auto copy = [&](const auto& from, const auto& to) {
    for (std::size_t c = 0; c < from.extent(1); ++c)
      Kokkos::deep_copy(Kokkos::subview(to, rows, c), Kokkos::subview(from, rows, c));
  };
  copy(original.get<double>("position"), particles_.get<double>("position"));
  copy(original.get<int>("image"), particles_.get<int>("image"));
  copy(original.get<std::int64_t>("id"), particles_.get<std::int64_t>("id"));
  copy(original.get<int>("type"), particles_.get<int>("type"));
  migrate(tiling, particles_);
  neighbourhood_.build(tiling, particles_, radius, PairCount::full);
  neighbourhood_.halo().forward(particles_.get<std::int64_t>("id"));
  neighbourhood_.prune(particles_, radius);
}

}  // namespace tessera::data
