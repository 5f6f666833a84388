#include <algorithm>
#include <numeric>

#include "arrangement.hpp"
#include "data/neighbourhood.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

constexpr int width = simd::width;

struct HostLists {
  HostArray1<std::int64_t> begin;
  HostArray1<int> num_owned, num_total, cluster;

  explicit HostLists(const ClusterLists& lists)
      : begin(to_host(lists.begin)),
        num_owned(to_host(lists.num_owned)),
        num_total(to_host(lists.num_total)),
        cluster(to_host(lists.cluster)) {}
  int entry(int list, int n) const { return cluster(static_cast<std::size_t>(begin(list) + n)); }
};

/// Ordered pairs within the radius, read from lists the way force kernels do: `list_of(i)` is the list of row i.
template <class ListOf>
std::vector<Pair> read_pairs(const Particles& particles, const ClusterLists& cluster_lists, PairCount count,
                             double radius, const ListOf& list_of) {
  const HostLists lists(cluster_lists);
  const auto position = to_host(particles.get<double>("position"));
  const auto id = to_host(particles.get<std::int64_t>("id"));
  std::vector<Pair> pairs;
  for (int i = 0; i < particles.num_owned(); ++i) {
    const int list = list_of(i);
    for (int n = 0; n < lists.num_total(list); ++n) {
      const int other = lists.entry(list, n);
      const bool is_owned = n < lists.num_owned(list), is_home = other == i / width;
      for (int j = other * width; j < (other + 1) * width; ++j) {
        if (is_home && (count == PairCount::half ? j <= i : j == i)) continue;
        const Vec3 dx{position(i, 0) - position(j, 0), position(i, 1) - position(j, 1),
                      position(i, 2) - position(j, 2)};
        if (!(dx[0] * dx[0] + dx[1] * dx[1] + dx[2] * dx[2] < radius * radius)) continue;
        pairs.push_back(tessera::test::make_pair(id(i, 0), id(j, 0), dx));
        if (is_owned && count == PairCount::half)
          pairs.push_back(tessera::test::make_pair(id(j, 0), id(i, 0), {-dx[0], -dx[1], -dx[2]}));
      }
    }
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

std::vector<Pair> inner_pairs(const Particles& particles, const Neighbourhood& near, double radius) {
  return read_pairs(particles, near.inner(), near.pairs().count, radius, [](int i) { return i; });
}

std::vector<Pair> outer_pairs(const Particles& particles, const Neighbourhood& near, double radius) {
  return read_pairs(particles, near.pairs().lists, near.pairs().count, radius, [](int i) { return i / width; });
}

/// Collective. Where all particles are now, by id.
std::vector<Vec3> places_of(const Particles& particles, int count) {
  struct Place {
    std::int64_t id;
    Vec3 x;
  };
  const auto position = to_host(particles.get<double>("position"));
  const auto id = to_host(particles.get<std::int64_t>("id"));
  std::vector<Place> mine;
  for (int i = 0; i < particles.num_owned(); ++i)
    mine.push_back({id(i, 0), {position(i, 0), position(i, 1), position(i, 2)}});
  std::vector<Vec3> places(static_cast<std::size_t>(count));
  for (const auto& place : gather(mine)) places[static_cast<std::size_t>(place.id - 1)] = place.x;
  return places;
}

/// Sorted, owned entries first, and clusters that exist; the home cluster first where each pair counts once.
bool is_well_formed(const Particles& particles, const ClusterLists& cluster_lists, int num_lists, PairCount count,
                    int rows_per_list) {
  const HostLists lists(cluster_lists);
  const int first_halo = particles.halo_begin() / width;
  const int end = (particles.num_halo() > 0 ? particles.num_rows() : particles.num_owned()) + width - 1;
  for (int list = 0; list < num_lists; ++list) {
    const int home = list * rows_per_list / width;
    if (lists.num_owned(list) > lists.num_total(list)) return false;
    if (count == PairCount::half && (lists.num_owned(list) == 0 || lists.entry(list, 0) != home)) return false;
    for (int n = 0; n < lists.num_total(list); ++n) {
      const int other = lists.entry(list, n);
      if (n > 0 && other <= lists.entry(list, n - 1)) return false;
      if ((n < lists.num_owned(list)) != (other < first_halo)) return false;
      if (other < 0 || other >= end / width) return false;
    }
  }
  return true;
}

bool work_is_split(const Neighbourhood& near) {
  const auto order = to_host(near.work_order());
  const HostLists lists(near.pairs().lists);
  const int clusters = near.pairs().num_owned_clusters;
  std::vector<int> seen(order.data(), order.data() + clusters);
  for (int n = 0; n < clusters; ++n) {
    const bool has_copies =
        lists.num_total(seen[static_cast<std::size_t>(n)]) > lists.num_owned(seen[static_cast<std::size_t>(n)]);
    if (has_copies != (n >= near.num_interior())) return false;
  }
  std::sort(seen.begin(), seen.end());
  std::vector<int> all(static_cast<std::size_t>(clusters));
  std::iota(all.begin(), all.end(), 0);
  return seen == all;
}

/// Moves each owned particle by less than `most` along each direction, the same on any number of ranks.
void jiggle(Particles& particles, double most) {
  const auto position = particles.get<double>("position");
  const auto id = particles.get<std::int64_t>("id");
  Kokkos::parallel_for(
      "jiggle", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
        for (int c = 0; c < 3; ++c)
          position(i, c) += most * (static_cast<double>((id(i, 0) * (7 + 4 * c)) % 31) - 15.0) / 16.0;
      });
}

double outer_radius(const Arrangement& arrangement) {
  const Box& box = arrangement.box;
  if (arrangement.name == "edges") return 1.77;  // no distance, which rounding would decide
  return std::min({box.height(0), box.height(1), box.height(2)}) <= 1.0 ? 2.0 : 1.75;
}

}  // namespace

TEST_CASE("lists hold every pair, once or from both sides, also when thinned out", "[data]") {
  for (const PairCount count : {PairCount::half, PairCount::full})
    for (const auto& arrangement : arrangements()) {
      INFO(arrangement.name << (count == PairCount::half ? ", half" : ", full"));
      const double radius = outer_radius(arrangement);
      Tiling tiling(comm(), arrangement.box);
      Particles particles = spread(arrangement);
      migrate(tiling, particles);
      Neighbourhood near;
      near.build(tiling, particles, radius, count);
      near.halo().forward(particles.get<std::int64_t>("id"));
      const auto places = places_of(particles, arrangement.size());
      const auto expected = brute_force_pairs(arrangement.box, particles, places, radius);
      REQUIRE_ALL(outer_pairs(particles, near, radius) == expected);
      REQUIRE_ALL(work_is_split(near));
      REQUIRE_ALL(is_well_formed(particles, near.pairs().lists, near.pairs().num_owned_clusters, count, width));
      for (const double inner : {radius, 0.5 * radius, 0.125 * radius}) {
        near.prune(particles, inner);
        REQUIRE_ALL(inner_pairs(particles, near, inner) ==
                    brute_force_pairs(arrangement.box, particles, places, inner));
        REQUIRE_ALL(is_well_formed(particles, near.inner(), particles.num_owned(), count, 1));
      }
    }
}

TEST_CASE("lists with a skin stay good while particles move less than half of it", "[data]") {
  const double skin = 0.5, cutoff = 1.25;
  for (const PairCount count : {PairCount::half, PairCount::full})
    for (const auto& arrangement :
         {gas("gas", cube(8), 500), gas("small box", cube(1), 6), edges(tilted(4)), gas("open", cube(8, false), 400)}) {
      INFO(arrangement.name);
      Tiling tiling(comm(), arrangement.box);
      Particles particles = spread(arrangement);
      Neighbourhood near;
      for (int build = 0; build < 3; ++build) {
        migrate(tiling, particles);
        near.build(tiling, particles, cutoff + skin, count);
        near.halo().forward(particles.get<std::int64_t>("id"));
        for (int move = 0; move < 2; ++move) {
          jiggle(particles, 0.5 * skin / 4.0);  // twice, along three directions: less than 0.44 of the skin
          near.halo().forward(particles.get<double>("position"), Halo::Content::position);
          near.prune(particles, cutoff);
          const auto places = places_of(particles, arrangement.size());
          REQUIRE_ALL(inner_pairs(particles, near, cutoff) ==
                      brute_force_pairs(arrangement.box, particles, places, cutoff));
        }
      }
    }
}

TEST_CASE("building again from the same places gives the same rows and lists", "[data]") {
  for (const auto& arrangement : arrangements()) {
    INFO(arrangement.name);
    Tiling tiling(comm(), arrangement.box);
    Particles particles = spread(arrangement);
    migrate(tiling, particles);
    Neighbourhood near, again;
    near.build(tiling, particles, 1.75, PairCount::half);
    const auto id = to_host(particles.get<std::int64_t>("id"));
    const std::vector<std::int64_t> ids(id.data(), id.data() + particles.num_owned());
    const HostLists first(near.pairs().lists);
    particles.resize_owned(particles.num_owned());
    again.build(tiling, particles, 1.75, PairCount::half);
    const auto id_again = to_host(particles.get<std::int64_t>("id"));
    REQUIRE_ALL(std::equal(ids.begin(), ids.end(), id_again.data()));
    const HostLists second(again.pairs().lists);
    bool same = near.pairs().num_owned_clusters == again.pairs().num_owned_clusters;
    for (int list = 0; same && list < near.pairs().num_owned_clusters; ++list) {
      same = first.num_total(list) == second.num_total(list) && first.num_owned(list) == second.num_owned(list);
      for (int n = 0; same && n < first.num_total(list); ++n) same = first.entry(list, n) == second.entry(list, n);
    }
    REQUIRE_ALL(same);
  }
}

TEST_CASE("lists longer than what is kept on the stack are whole", "[data]") {
  // All within reach of all: 6000 particles make lists of more than 512 clusters on one rank.
  const Arrangement arrangement = gas("crowd", cube(1, false), 6000);
  Tiling tiling(comm(), arrangement.box);
  Particles particles = spread(arrangement);
  migrate(tiling, particles);
  for (const PairCount count : {PairCount::half, PairCount::full}) {
    Neighbourhood near;
    near.build(tiling, particles, 2.0, count);
    const HostLists outer(near.pairs().lists);
    near.prune(particles, 2.0);
    const HostLists inner(near.inner());
    const int clusters = near.pairs().num_owned_clusters;
    const int copies = (particles.num_halo() + width - 1) / width;
    bool whole = true;
    for (int c = 0; c < clusters; ++c) {
      const int owned = count == PairCount::half ? clusters - c : clusters;
      whole = whole && outer.num_owned(c) == owned && outer.num_total(c) == owned + copies;
      for (int n = 0; n < owned; ++n) whole = whole && outer.entry(c, n) == clusters - owned + n;
    }
    for (int i = 0; i < particles.num_owned(); ++i)
      whole = whole && inner.num_total(i) == outer.num_total(i / width) &&
              inner.entry(i, 0) == outer.entry(i / width, 0) &&
              inner.entry(i, inner.num_total(i) - 1) == outer.entry(i / width, inner.num_total(i) - 1);
    REQUIRE_ALL(whole);
    particles.resize_owned(particles.num_owned());
  }
}

TEST_CASE("lists grow with the number of neighbours, not of particles", "[data]") {
  double entries_per_cluster[2];
  for (const int scale : {1, 2}) {
    const Arrangement arrangement = gas("gas", cube(16.0 * scale), 4000 * scale * scale * scale);
    Tiling tiling(comm(), arrangement.box);
    Particles particles = spread(arrangement);
    migrate(tiling, particles);
    Neighbourhood near;
    near.build(tiling, particles, 1.5, PairCount::full);
    const HostLists lists(near.pairs().lists);
    std::int64_t sums[2] = {0, near.pairs().num_owned_clusters};
    for (int list = 0; list < near.pairs().num_owned_clusters; ++list) sums[0] += lists.num_total(list);
    comm().all_reduce(sums, 2, Op::sum);
    entries_per_cluster[scale - 1] = static_cast<double>(sums[0]) / static_cast<double>(sums[1]);
  }
  REQUIRE(entries_per_cluster[1] < 1.05 * entries_per_cluster[0]);
}

TEST_CASE("thinning out again allocates nothing", "[data]") {
  const Arrangement arrangement = gas("gas", cube(8), 500);
  Tiling tiling(comm(), arrangement.box);
  Particles particles = spread(arrangement);
  migrate(tiling, particles);
  Neighbourhood near;
  near.build(tiling, particles, 1.75, PairCount::half);
  near.prune(particles, 1.5);
  const auto* clusters = near.inner().cluster.data();
  const auto* begin = near.inner().begin.data();
  const auto* cursor = near.inner().cursor.data();
  near.prune(particles, 1.25);
  REQUIRE_ALL(near.inner().cluster.data() == clusters);
  REQUIRE_ALL(near.inner().begin.data() == begin);
  REQUIRE_ALL(near.inner().cursor.data() == cursor);
}
