#include <algorithm>
#include <cmath>
#include <map>

#include "arrangement.hpp"
#include "base/random.hpp"
#include "data/halo.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

struct Situation {
  Arrangement arrangement;
  double width;
  Int3 grid{0, 0, 0};  // zeros: the best one
  bool moved_cuts = false;
};

std::vector<Situation> situations() {
  const int size = comm().size();
  Box open_above = tilted(6);
  open_above.is_periodic[1] = open_above.is_periodic[2] = false;
  Arrangement outside = gas("partly outside an open box", cube(8, false), 300);
  for (std::size_t n = 0; n < 100; ++n)
    for (int c = 0; c < 3; ++c) outside.places[n][c] += 4.0 * (outside.places[n][c] - 4.0);
  return {{gas("gas", cube(8), 300), 1.25},
          {gas("gas", cube(8), 300), 0.0},
          {gas("not on a grid", cube(7.3), 300), 1.1},
          {gas("gas with moved cuts", cube(8), 300), 1.25, {0, 0, 0}, true},
          {gas("thin tiles", cube(8), 200), 3.0, {size, 1, 1}},
          {gas("thin tiles with moved cuts", cube(8), 200), 3.0, {1, 1, size}, true},
          {gas("a box smaller than the halo is wide", cube(1), 5), 1.75},
          {gas("as wide as the box", cube(2), 20), 2.0},
          {gas("tilted", tilted(6), 200), 1.5},
          {gas("small tilted box", tilted(1), 4), 1.25},
          {gas("left-handed", left_handed(6), 200), 1.5},
          {gas("open", cube(8, false), 300), 1.25},
          {gas("open above", open_above, 200), 1.25, {1, size, 1}},
          {outside, 1.25},
          {outside, 2.5, {1, 1, size}, true},
          {edges(cube(4)), 0.5},
          {edges(tilted(4)), 0.5},
          {gas("one particle", cube(4), 1), 2.5},
          {gas("no particle", cube(4), 0), 2.5}};
}

Tiling make_tiling(const Situation& situation) {
  Tiling tiling = situation.grid[0] == 0 ? Tiling(comm(), situation.arrangement.box)
                                         : Tiling(comm(), situation.arrangement.box, situation.grid);
  if (situation.moved_cuts) move_cuts(tiling);
  return tiling;
}

/// Particles at home, with their halo.
struct Example {
  Tiling tiling;
  Particles particles;
  Halo halo;

  explicit Example(const Situation& situation)
      : tiling(make_tiling(situation)), particles(spread(situation.arrangement)) {
    migrate(tiling, particles);
    halo.build(tiling, particles, situation.width);
  }
  Array2<double> position() const { return particles.get<double>("position"); }
};

struct Copy {
  std::int64_t id;
  Vec3 x;
};

std::vector<Copy> copies_of(const Particles& particles) {
  const auto position = to_host(particles.get<double>("position"));
  const auto id = to_host(particles.get<std::int64_t>("id"));
  std::vector<Copy> copies;
  for (int i = particles.halo_begin(); i < particles.num_rows(); ++i)
    copies.push_back({id(i, 0), {position(i, 0), position(i, 1), position(i, 2)}});
  return copies;
}

/// How far, as a length, a point lies outside this tile; negative inside.
double distance_outside(const Tiling& tiling, const Vec3& x) {
  const Box& box = tiling.box();
  const Vec3 s = box.to_fractional(x);
  double most = -1e300;
  for (int d = 0; d < 3; ++d) {
    const bool open_below = !box.is_periodic[d] && tiling.coordinates()[d] == 0;
    const bool open_above = !box.is_periodic[d] && tiling.coordinates()[d] == tiling.grid()[d] - 1;
    if (!open_below) most = std::max(most, (tiling.low(d) - s[d]) * box.height(d));
    if (!open_above) most = std::max(most, (s[d] - tiling.high(d)) * box.height(d));
  }
  return most;
}

/// Collective. All owned particles of all ranks, wrapped.
std::vector<Copy> all_particles(const Particles& particles) {
  const auto position = to_host(particles.get<double>("position"));
  const auto id = to_host(particles.get<std::int64_t>("id"));
  std::vector<Copy> mine;
  for (int i = 0; i < particles.num_owned(); ++i)
    mine.push_back({id(i, 0), {position(i, 0), position(i, 1), position(i, 2)}});
  return gather(mine);
}

using Place = std::pair<std::int64_t, std::array<std::int64_t, 3>>;

Place place_of(const Copy& copy) {
  return {copy.id, {std::llround(copy.x[0] * 1e6), std::llround(copy.x[1] * 1e6), std::llround(copy.x[2] * 1e6)}};
}

/// What should be copied to this rank: true where rounding does not decide.
std::map<Place, bool> expected_copies(const Example& example, double width) {
  const Box& box = example.tiling.box();
  const auto everybody = all_particles(example.particles);
  const auto id = to_host(example.particles.get<std::int64_t>("id"));
  std::vector<std::int64_t> owned;
  for (int i = 0; i < example.particles.num_owned(); ++i) owned.push_back(id(i, 0));
  std::sort(owned.begin(), owned.end());
  int most[3];
  for (int d = 0; d < 3; ++d) most[d] = box.is_periodic[d] ? static_cast<int>(width / box.height(d)) + 2 : 0;
  std::map<Place, bool> expected;
  for (const auto& particle : everybody)
    for (int x = -most[0]; x <= most[0]; ++x)
      for (int y = -most[1]; y <= most[1]; ++y)
        for (int z = -most[2]; z <= most[2]; ++z) {
          const bool is_itself =
              x == 0 && y == 0 && z == 0 && std::binary_search(owned.begin(), owned.end(), particle.id);
          if (is_itself) continue;
          const Vec3 shift = box.shift({x, y, z});
          const Copy copy{particle.id, {particle.x[0] + shift[0], particle.x[1] + shift[1], particle.x[2] + shift[2]}};
          const double outside = distance_outside(example.tiling, copy.x);
          if (outside < width + 1e-9) expected[place_of(copy)] = outside < width - 1e-9;
        }
  return expected;
}

/// Each of those that must be there is there once, and nothing that must not.
bool are_as_expected(const std::vector<Copy>& copies, std::map<Place, bool> expected) {
  for (const auto& copy : copies) {
    const auto found = expected.find(place_of(copy));
    if (found == expected.end()) return false;
    expected.erase(found);
  }
  return std::none_of(expected.begin(), expected.end(), [](const auto& place) { return place.second; });
}

void forward_all(Example& example) {
  example.halo.forward(example.position(), Halo::Content::position);
  example.halo.forward(example.particles.get<std::int64_t>("id"));
  example.halo.forward(example.particles.get<int>("type"));
  example.halo.forward(example.particles.get<double>("velocity"));
  example.halo.forward(example.particles.get<std::int64_t>("tag"));
}

bool values_follow_ids(const Particles& particles) {
  const auto velocity = to_host(particles.get<double>("velocity"));
  const auto tag = to_host(particles.get<std::int64_t>("tag"));
  const auto type = to_host(particles.get<int>("type"));
  const auto id = to_host(particles.get<std::int64_t>("id"));
  bool right = true;
  for (int i = particles.halo_begin(); i < particles.num_rows(); ++i) {
    for (int c = 0; c < 3; ++c) right = right && velocity(i, c) == velocity_of(id(i, 0), c);
    for (int c = 0; c < 2; ++c) right = right && tag(i, c) == tag_of(id(i, 0), c);
    right = right && type(i, 0) == (id(i, 0) - 1) % 7;
  }
  return right;
}

double number(std::int64_t id, int row, int component) {
  return Random(6, RandomPurpose::test)
      .normal(static_cast<std::uint64_t>(id), static_cast<std::uint64_t>(row), static_cast<std::uint32_t>(component))
      .first;
}

/// Different numbers in rows [begin, end) of `velocity`, zero elsewhere.
void fill_rows(const Particles& particles, int begin, int end) {
  const auto velocity = particles.get<double>("velocity");
  const auto host = Kokkos::create_mirror_view(velocity);
  const auto id = to_host(particles.get<std::int64_t>("id"));
  Kokkos::deep_copy(host, 0.0);
  for (int i = begin; i < end; ++i)
    for (int c = 0; c < 3; ++c) host(i, c) = number(id(i, 0), i, c);
  Kokkos::deep_copy(velocity, host);
}

}  // namespace

TEST_CASE("every image near a tile is copied once, at its place", "[data]") {
  for (const auto& situation : situations()) {
    INFO(situation.arrangement.name << ", width " << situation.width);
    Example example(situation);
    forward_all(example);
    REQUIRE_ALL(example.halo.num_copies() == example.particles.num_halo());
    const auto expected = expected_copies(example, situation.width);
    REQUIRE_ALL(are_as_expected(copies_of(example.particles), expected));
    REQUIRE_ALL(values_follow_ids(example.particles));
  }
}

TEST_CASE("a plan is good for later positions, and after its copies have been reordered", "[data]") {
  for (const auto& situation : situations()) {
    INFO(situation.arrangement.name << ", width " << situation.width);
    Example example(situation);
    forward_all(example);
    const auto expected = expected_copies(example, situation.width);
    const int count = example.halo.num_copies();
    Array1<int> order("order", static_cast<std::size_t>(count));
    Kokkos::parallel_for(
        "reverse", Range(0, count), KOKKOS_LAMBDA(int n) { order(n) = count - 1 - n; });
    const auto before = copies_of(example.particles);
    for (int round = 0; round < 2; ++round) example.halo.reorder(order);
    forward_all(example);
    const auto twice = copies_of(example.particles);
    const auto same = [](const Copy& a, const Copy& b) { return place_of(a) == place_of(b); };
    REQUIRE_ALL(std::equal(before.begin(), before.end(), twice.begin(), twice.end(), same));
    example.halo.reorder(order);
    forward_all(example);
    auto once = copies_of(example.particles);
    std::reverse(once.begin(), once.end());
    REQUIRE_ALL(std::equal(before.begin(), before.end(), once.begin(), once.end(), same));
    REQUIRE_ALL(values_follow_ids(example.particles));

    const auto position = example.position();
    Kokkos::parallel_for(
        "move", Range(0, example.particles.num_owned()), KOKKOS_LAMBDA(int i) { position(i, 1) += 0.125; });
    example.halo.forward_begin(position, Halo::Content::position);
    example.halo.forward_end(position);
    auto moved = copies_of(example.particles);
    for (auto& copy : moved) copy.x[1] -= 0.125;
    REQUIRE_ALL(are_as_expected(moved, expected));
  }
}

TEST_CASE("reverse adds what lies on copies to their owners", "[data]") {
  for (const auto& situation : situations()) {
    INFO(situation.arrangement.name << ", width " << situation.width);
    Example example(situation);
    forward_all(example);
    auto& particles = example.particles;
    const auto velocity = particles.get<double>("velocity");
    const auto id = to_host(particles.get<std::int64_t>("id"));

    struct Share {
      std::int64_t id;
      double value[3];
    };
    std::vector<Share> shares;
    for (int i = particles.halo_begin(); i < particles.num_rows(); ++i)
      shares.push_back({id(i, 0), {number(id(i, 0), i, 0), number(id(i, 0), i, 1), number(id(i, 0), i, 2)}});
    std::map<std::int64_t, std::array<double, 4>> sums;  // three sums, and of all magnitudes
    for (const auto& share : gather(shares))
      for (std::size_t c = 0; c < 3; ++c) {
        sums[share.id][c] += share.value[c];
        sums[share.id][3] += std::abs(share.value[c]);
      }

    fill_rows(particles, particles.halo_begin(), particles.num_rows());
    example.halo.reverse(velocity);
    const auto first = to_host(velocity);
    bool right = true;
    for (int i = 0; i < particles.num_owned(); ++i)
      for (std::size_t c = 0; c < 3; ++c)
        right = right && std::abs(first(i, c) - sums[id(i, 0)][c]) <= 1e-15 * (1.0 + sums[id(i, 0)][3]);
    REQUIRE_ALL(right);

    std::vector<double> kept(first.data(), first.data() + first.span());
    fill_rows(particles, particles.halo_begin(), particles.num_rows());
    example.halo.reverse(velocity);
    const auto second = to_host(velocity);
    REQUIRE_ALL(std::equal(kept.begin(), kept.end(), second.data()));  // to the last bit
  }
}

TEST_CASE("reverse keeps what the owner's row holds", "[data]") {
  Example example(situations().front());
  auto& particles = example.particles;
  const auto velocity = particles.get<double>("velocity");
  example.halo.forward(particles.get<std::int64_t>("id"));
  fill_rows(particles, 0, particles.num_owned());
  example.halo.reverse(velocity);
  const auto host = to_host(velocity);
  const auto id = to_host(particles.get<std::int64_t>("id"));
  bool right = true;
  for (int i = 0; i < particles.num_owned(); ++i)
    for (int c = 0; c < 3; ++c) right = right && host(i, c) == number(id(i, 0), i, c);
  REQUIRE_ALL(right);
}

TEST_CASE("a plan can be made anew with more and with fewer copies", "[data]") {
  Situation situation{gas("gas", cube(8), 300), 0.0};
  Example example(situation);
  for (const double width : {0.5, 3.0, 0.25, 2.0}) {
    example.particles.resize_owned(example.particles.num_owned());
    example.halo.build(example.tiling, example.particles, width);
    forward_all(example);
    REQUIRE_ALL(are_as_expected(copies_of(example.particles), expected_copies(example, width)));
    const std::int64_t bytes = example.halo.bytes_sent(3, 8);
    REQUIRE_ALL((comm().size() == 1) == (bytes == 0));
    REQUIRE_ALL((comm().size() == 1) == (example.halo.num_peers() == 0));
  }
}
