#include "sim/md/constraints/cluster_rows.hpp"

#include <fmt/core.h>

#include <cmath>
#include <limits>

#include "base/agree.hpp"
#include "base/region.hpp"

namespace tessera::sim::md {

namespace {

constexpr int no_failure = std::numeric_limits<int>::max();
constexpr int triangle_shape = most_partners;  // place in the lists; the others: number of partners - 1

/// Shapes in the column of clusters.
struct ShapeOf {
  Array2<std::int64_t> column;
  KOKKOS_FUNCTION int operator()(int i) const {
    int partners = 0;
    while (2 + 2 * partners < static_cast<int>(column.extent(1)) && column(i, 2 + 2 * partners) != 0) ++partners;
    return column(i, 0) != 0 ? triangle_shape : partners - 1;
  }
};

/// Number of clusters of a shape; where `begin` has room, the place of each owned row's.
int count_shape(const ShapeOf& shape_of, int shape, int num_owned, const Array1<int>& begin) {
  int count = 0;
  Kokkos::parallel_scan(
      "md/count_clusters", Range(0, num_owned),
      KOKKOS_LAMBDA(int i, int& sum, bool final) {
        if (final) begin(i) = sum;
        if (shape_of(i) == shape) ++sum;
      },
      count);
  return count;
}

struct FillClusters {
  Array2<std::int64_t> column;
  ShapeOf shape_of;
  int shape;
  Array1<int> begin;
  Array2<int> rows;
  Array2<double> length;
  Array1<double> bond_length, cos_angle;
  Array2<double> position;
  data::RowIndex index;
  double reach2;
  int halo_begin;
  Array1<int> is_wanted;  // by copy

  /// `failure`: the first row of which a partner is missing.
  KOKKOS_FUNCTION void operator()(int i, int& failure) const {
    if (shape_of(i) != shape) return;
    const double here[3] = {position(i, 0), position(i, 1), position(i, 2)};
    const int place = begin(i);
    rows(place, 0) = i;
    const int partners = static_cast<int>(rows.extent(1)) - 1;
    for (int n = 0; n < partners; ++n) {
      double distance2 = 0.0;
      const int row = index.nearest(column(i, 2 + 2 * n), position, here, distance2);
      if ((row < 0 || distance2 > reach2) && i < failure) failure = i;
      rows(place, n + 1) = row < 0 ? i : row;
      length(place, n) = bond_length(column(i, 1 + 2 * n) - 1);
      if (row >= halo_begin) is_wanted(row - halo_begin) = 1;
    }
    if (shape != triangle_shape) return;
    const double a = length(place, 0), b = length(place, 1);
    length(place, 2) = kmath::sqrt(a * a + b * b - 2.0 * a * b * cos_angle(column(i, 0) - 1));
  }
};

Array1<double> to_device(const std::vector<double>& values, const std::string& name) {
  Array1<double> view(name, values.size());
  Kokkos::deep_copy(view, HostArray1<const double>(values.data(), values.size()));
  return view;
}

}  // namespace

ClusterRows::ClusterRows(const RigidTypes& types) : bond_length_(to_device(types.bond_length, "rigid lengths")) {
  std::vector<double> cosines;
  for (const double angle : types.angle) cosines.push_back(std::cos(angle));
  cos_angle_ = to_device(cosines, "rigid angles");
  for (int shape = 0; shape < most_partners; ++shape) {
    auto& list = lists_[static_cast<std::size_t>(shape)];
    list.num_atoms = shape + 2;
    list.num_distances = shape + 1;
  }
  lists_[triangle_shape].num_atoms = lists_[triangle_shape].num_distances = 3;
}

void ClusterRows::find(const data::Particles& particles, const data::Neighbourhood& near) {
  const Region region("md/find_clusters");
  const auto column = particles.get<std::int64_t>(cluster_column);
  const int num_owned = particles.num_owned();
  const auto begin = make_uninitialized<Array1<int>>("first clusters", static_cast<std::size_t>(num_owned));
  const Array1<int> is_wanted("wanted copies", static_cast<std::size_t>(particles.num_halo()));
  int failure = no_failure;
  for (int shape = 0; shape < static_cast<int>(lists_.size()); ++shape) {
    auto& list = lists_[static_cast<std::size_t>(shape)];
    list.count = count_shape({column}, shape, num_owned, begin);
    if (list.count == 0) continue;
    if (list.rows.extent(0) < static_cast<std::size_t>(list.count)) {
      const auto room = static_cast<std::size_t>(list.count + list.count / 16);
      list.rows = make_uninitialized<Array2<int>>("rows of clusters", room, static_cast<std::size_t>(list.num_atoms));
      list.length =
          make_uninitialized<Array2<double>>("rigid lengths", room, static_cast<std::size_t>(list.num_distances));
    }
    const FillClusters fill{column,
                            {column},
                            shape,
                            begin,
                            list.rows,
                            list.length,
                            bond_length_,
                            cos_angle_,
                            particles.get<double>("position"),
                            near.rows_by_id(),
                            near.radius() * near.radius(),
                            particles.halo_begin(),
                            is_wanted};
    int missing = no_failure;
    Kokkos::parallel_reduce("md/fill_clusters", Range(0, num_owned), fill, Kokkos::Min<int>(missing));
    failure = std::min(failure, missing);
  }
  agree(particles.comm(), [&] {
    if (failure != no_failure) complain(particles, near, failure);
  });
  halo_ = near.halo().part(is_wanted);
}

void ClusterRows::complain(const data::Particles& particles, const data::Neighbourhood& near, int row) const {
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>("id"));
  throw Error::input(
      fmt::format("a rigid bond of particle {} is longer than {:.6g} (cutoff + skin): the molecule is not whole, or it "
                  "has been torn apart",
                  id(row, 0), near.radius()));
}

std::int64_t ClusterRows::num_distances() const {
  std::int64_t sum = 0;
  for (const auto& list : lists_) sum += static_cast<std::int64_t>(list.count) * list.num_distances;
  return sum;
}

}  // namespace tessera::sim::md
