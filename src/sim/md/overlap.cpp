#include "sim/md/overlap.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/agree.hpp"
#include "base/region.hpp"

namespace tessera::sim::md {

using data::Vec3;

namespace {

/// Squared distances in units of each pair's sigma, over the lists of one rank.
struct Distances {
  Array2<double> position;
  Array2<int> type;
  data::ClusterLists list;
  Array1<double> inverse_sigma2;  // (types, types); zero for pairs that do not interact
  int num_types;
  data::Exclusions exclusions;

  /// Between particle i and entry n of its list; `partner` is the nearest lane.
  KOKKOS_FUNCTION double nearest(int i, int n, int& partner) const {
    const int first = list.cluster(list.begin(i) + n) * simd::width;
    const bool is_home = first / simd::width == i / simd::width;
    const unsigned excluded = is_home && exclusions.slots > 0 ? exclusions.home(i) : 0U;
    double least = HUGE_VAL;
    for (int j = first; j < first + simd::width; ++j) {
      double r2 = 0.0;
      for (int c = 0; c < 3; ++c) r2 += (position(i, c) - position(j, c)) * (position(i, c) - position(j, c));
      // Lanes without a particle are too far away for any comparison.
      if (j == i || r2 > 1e100 || ((excluded >> (j - first)) & 1U) != 0) continue;
      const double weight = inverse_sigma2(type(i, 0) * num_types + type(j, 0));
      const double scaled = weight > 0.0 ? r2 * weight : HUGE_VAL;
      if (scaled >= least) continue;
      least = scaled;
      partner = j;
    }
    return least;
  }
  KOKKOS_FUNCTION double nearest(int i, int& partner) const {
    double least = HUGE_VAL;
    for (int n = 0; n < list.num_total(i); ++n) {
      int candidate = 0;
      const double distance = nearest(i, n, candidate);
      if (distance >= least) continue;
      least = distance;
      partner = candidate;
    }
    return least;
  }
};

Distances make_distances(const Engine& engine, const PairTable& table) {
  const auto& particles = engine.system().particles;
  const Array1<double> weights("inverse sigma2", table.pairs.size());
  const auto host = Kokkos::create_mirror_view(weights);
  for (std::size_t n = 0; n < table.pairs.size(); ++n) {
    const auto& pair = table.pairs[n];
    host(n) = pair.epsilon > 0.0 ? 1.0 / (pair.sigma * pair.sigma) : 0.0;
  }
  Kokkos::deep_copy(weights, host);
  return {particles.get<double>("position"),
          particles.get<int>("type"),
          engine.neighbourhood().inner(),
          weights,
          table.num_types,
          engine.neighbourhood().exclusions()};
}

/// The particle with the nearest partner.
struct Closest {
  double distance2 = HUGE_VAL;
  int row = -1;
};

Closest find_closest(const Distances& distances, int rows) {
  Kokkos::MinLoc<double, int>::value_type least{HUGE_VAL, -1};
  Kokkos::parallel_reduce(
      "md/closest_pair", Range(0, rows),
      KOKKOS_LAMBDA(int i, Kokkos::MinLoc<double, int>::value_type& best) {
        int partner = 0;
        const double distance = distances.nearest(i, partner);
        if (distance >= best.val) return;
        best.val = distance;
        best.loc = i;
      },
      Kokkos::MinLoc<double, int>(least));
  return {least.val, least.loc};
}

int find_partner(const Distances& distances, int row) {
  int partner = 0;
  Kokkos::parallel_reduce(
      "md/closest_partner", Range(row, row + 1), KOKKOS_LAMBDA(int i, int& found) { distances.nearest(i, found); },
      Kokkos::Max<int>(partner));
  return partner;
}

/// Collective. Ids of all rows, copies included.
Array2<std::int64_t> ids_of_rows(const Engine& engine) {
  const auto& particles = engine.system().particles;
  const auto rows = static_cast<std::size_t>(std::max(particles.num_rows(), particles.num_owned()));
  const Array2<std::int64_t> all("ids", rows, 1);
  const auto owned = std::make_pair(0, particles.num_owned());
  Kokkos::deep_copy(Kokkos::subview(all, owned, 0), Kokkos::subview(particles.get<std::int64_t>("id"), owned, 0));
  engine.neighbourhood().halo().forward(all);
  return all;
}

Error overlap_error(const Engine& engine, const Distances& distances, const Array2<std::int64_t>& ids, int i) {
  const int j = find_partner(distances, i);
  const auto copy = [](const auto& view) { return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view); };
  const auto x = copy(engine.system().particles.get<double>("position"));
  const auto id = copy(ids);
  double r2 = 0.0;
  for (int c = 0; c < 3; ++c) r2 += (x(i, c) - x(j, c)) * (x(i, c) - x(j, c));
  return Error::input(fmt::format(
      "particles {} at ({:.6g}, {:.6g}, {:.6g}) and {} at ({:.6g}, {:.6g}, {:.6g}) lie only {:.3g} {} apart, less than "
      "{} sigma: remove one of them, or check units and box of the system",
      id(i, 0), x(i, 0), x(i, 1), x(i, 2), id(j, 0), x(j, 0), x(j, 1), x(j, 2), std::sqrt(r2),
      engine.units().length_unit, closest_distance));
}

}  // namespace

void check_packing(const PairTable& table, const std::vector<std::int64_t>& counts, const data::Box& box) {
  // Spheres of one size fill at most pi / sqrt(18) of space: sqrt(2) of them in a cube of their diameter.
  const double most = std::sqrt(2.0) / (closest_distance * closest_distance * closest_distance);
  for (int t = 0; t < table.num_types; ++t) {
    const auto& pair = table(t, t);
    const auto count = static_cast<double>(counts[static_cast<std::size_t>(t)]);
    const bool bounded = box.is_periodic[0] && box.is_periodic[1] && box.is_periodic[2];
    const double density = count / box.volume() * pair.sigma * pair.sigma * pair.sigma;
    if (bounded && pair.epsilon > 0.0 && count > 1.0 && density > most)
      throw Error::input(
          fmt::format("{:.0f} particles with sigma = {} in a box of volume {:.4g}: {:.3g} of them share one "
                      "sigma^3; check units, density and box",
                      count, pair.sigma, box.volume(), density));
  }
}

void check_overlaps(const Engine& engine, const PairTable& table) {
  const Region region("md/check_overlaps");
  const Comm& comm = engine.system().particles.comm();
  const auto distances = make_distances(engine, table);
  const Closest mine = find_closest(distances, engine.system().particles.num_owned());
  const double least = comm.all_reduce(mine.distance2, Op::min);
  if (!(least < closest_distance * closest_distance)) return;
  const auto ids = ids_of_rows(engine);
  Outcome outcome;
  if (mine.distance2 == least) outcome.error = overlap_error(engine, distances, ids, mine.row);
  agree(comm, outcome);
}

}  // namespace tessera::sim::md
