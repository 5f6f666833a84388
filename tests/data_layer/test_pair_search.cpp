#include <algorithm>
#include <limits>

#include "arrangement.hpp"
#include "base/error.hpp"
#include "base/sum.hpp"
#include "data/neighbourhood.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

/// Radii that matter for a box: shorter than a spacing, usual, and, where it is small, longer than it.
std::vector<double> radii(const Arrangement& arrangement) {
  const Box& box = arrangement.box;
  const double height = std::min({box.height(0), box.height(1), box.height(2)});
  if (height <= 1.0) return {0.25, 1.5, 2.75};
  if (arrangement.size() < 10) return {0.5, 9.0};
  return arrangement.name == "edges" ? std::vector{0.3, 1.27} : std::vector{0.3, 1.25, 2.0};
}

std::vector<Pair> found_pairs(const PairSearch& search) {
  const auto& particles = search.particles();
  const auto id = particles.get<std::int64_t>("id");
  const Array1<int> cursor("cursor", 1);
  search.for_each_pair(KOKKOS_LAMBDA(int, int, double, double, double, double) { Kokkos::atomic_add(&cursor(0), 1); });
  const auto count = static_cast<std::size_t>(to_host(cursor)(0));
  const Array2<double> vectors("vectors", count, 3);
  const Array2<std::int64_t> ids("ids", count, 2);
  Kokkos::deep_copy(cursor, 0);
  search.for_each_pair(KOKKOS_LAMBDA(int i, int j, double dx, double dy, double dz, double r2) {
    const int n = Kokkos::atomic_fetch_add(&cursor(0), 1);
    ids(n, 0) = id(i, 0);
    // A wrong distance makes a pair that is not expected.
    ids(n, 1) = r2 == dx * dx + dy * dy + dz * dz ? id(j, 0) : -1;
    vectors(n, 0) = dx;
    vectors(n, 1) = dy;
    vectors(n, 2) = dz;
  });
  const auto host_ids = to_host(ids);
  const auto host_vectors = to_host(vectors);
  std::vector<Pair> pairs;
  for (std::size_t n = 0; n < count; ++n)
    pairs.push_back(tessera::test::make_pair(host_ids(n, 0), host_ids(n, 1),
                                             {host_vectors(n, 0), host_vectors(n, 1), host_vectors(n, 2)}));
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

/// Each place as migrate leaves it.
std::vector<Vec3> wrapped(const Arrangement& arrangement) {
  std::vector<Vec3> places = arrangement.places;
  for (auto& x : places) arrangement.box.wrap(x);
  return places;
}

/// Collective. Sums over all pairs of functions of the distance, divided by the square of the radius.
struct ForceSums {
  std::int64_t count;
  double inverse, square;
};

ForceSums pair_sums(const Tiling& tiling, const Particles& particles, double radius) {
  const PairSearch search(tiling, particles, radius);
  const auto rows = static_cast<std::size_t>(search.particles().num_owned());
  const Array2<double> terms("terms", rows, 2);
  const Array1<std::int64_t> counts("counts", rows);
  // One row at a time: what its pairs give does not depend on threads.
  search.for_each_pair(KOKKOS_LAMBDA(int i, int, double, double, double, double r2) {
    ++counts(i);
    terms(i, 0) += 1.0 / (0.1 + r2);
    terms(i, 1) += r2;
  });
  const auto host = to_host(terms);
  const auto host_counts = to_host(counts);
  ExactSum sums[2];
  std::int64_t count = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    count += host_counts(i);
    for (std::size_t n = 0; n < 2; ++n) sums[n].add(host(i, n));
  }
  all_reduce(tiling.comm(), sums, 2);
  return {tiling.comm().all_reduce(count, Op::sum), sums[0].value(), sums[1].value()};
}

}  // namespace

TEST_CASE("every pair within the radius is found once from each side", "[data]") {
  for (const auto& arrangement : arrangements())
    for (const bool moved_cuts : {false, true})
      for (const double radius : radii(arrangement)) {
        INFO(arrangement.name << ", radius " << radius);
        Tiling tiling(comm(), arrangement.box);
        if (moved_cuts) move_cuts(tiling);
        const Particles particles = spread(arrangement);
        const PairSearch search(tiling, particles, radius);
        const auto pairs = found_pairs(search);
        REQUIRE_ALL(pairs == brute_force_pairs(arrangement.box, search.particles(), wrapped(arrangement), radius));
      }
}

TEST_CASE("the original particles stay as they are, wherever they are", "[data]") {
  const Arrangement arrangement = gas("gas", cube(8), 200);
  const Particles particles = spread(arrangement);
  const auto before = to_host(particles.get<std::int64_t>("id"));
  const std::vector<std::int64_t> ids(before.data(), before.data() + particles.num_owned());
  const PairSearch search(Tiling(comm(), arrangement.box), particles, 1.0);
  const auto after = to_host(particles.get<std::int64_t>("id"));
  REQUIRE_ALL(std::equal(ids.begin(), ids.end(), after.data()));
  REQUIRE_ALL(particles.num_halo() == 0);
}

TEST_CASE("copies carry id and type", "[data]") {
  const Arrangement arrangement = gas("gas", cube(8), 200);
  const PairSearch search(Tiling(comm(), arrangement.box), spread(arrangement), 2.0);
  const auto& particles = search.particles();
  const auto id = to_host(particles.get<std::int64_t>("id"));
  const auto type = to_host(particles.get<int>("type"));
  bool right = particles.num_halo() > 0;
  for (int j = particles.halo_begin(); j < particles.num_rows(); ++j) right = right && type(j, 0) == (id(j, 0) - 1) % 7;
  REQUIRE_ALL(right);
}

TEST_CASE("sums over pairs do not depend on the number of ranks", "[data]") {
  const Comm alone = comm().split(comm().rank());
  for (const auto& arrangement : {gas("gas", cube(7.3), 400), gas("tilted", tilted(5.9), 300)}) {
    const Particles spread_particles = spread(arrangement);
    Particles mine(alone);
    add_standard_columns(mine);
    mine.resize_owned(arrangement.size());
    const auto position = Kokkos::create_mirror_view(mine.get<double>("position"));
    for (int i = 0; i < arrangement.size(); ++i)
      for (int c = 0; c < 3; ++c) position(i, c) = arrangement.places[static_cast<std::size_t>(i)][c];
    Kokkos::deep_copy(mine.get<double>("position"), position);
    Kokkos::deep_copy(mine.get<int>("image"), 0);

    const ForceSums together = pair_sums(Tiling(comm(), arrangement.box), spread_particles, 1.75);
    const ForceSums by_one = pair_sums(Tiling(alone, arrangement.box), mine, 1.75);
    REQUIRE_ALL(together.count == by_one.count);
    // A shift by a cell vector rounds a coordinate at 1e-15, a distance of 0.01 or more at 1e-13; and there are many.
    REQUIRE_ALL(std::abs(together.inverse - by_one.inverse) <= 1e-13 * by_one.inverse);
    REQUIRE_ALL(std::abs(together.square - by_one.square) <= 1e-13 * by_one.square);
  }
}

TEST_CASE("absurd radii are refused", "[data]") {
  const Arrangement arrangement = gas("gas", cube(1, false), 5);
  const Particles particles = spread(arrangement);
  const Tiling tiling(comm(), arrangement.box);
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double radius : {0.0, -1.0, infinity, std::numeric_limits<double>::quiet_NaN(), 1e60})
    REQUIRE_THROWS_WITH(PairSearch(tiling, particles, radius), Contains("neighbours within"));
  REQUIRE_THROWS_WITH(PairSearch(Tiling(comm(), cube(1)), spread(gas("gas", cube(1), 5)), 30.0),
                      Contains("at most 21 are possible"));
}
