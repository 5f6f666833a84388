#include <algorithm>
#include <limits>
#include <numeric>

#include "arrangement.hpp"
#include "base/error.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

/// What is not a function of the id, then the id itself.
struct Row {
  std::int64_t id;
  Vec3 x;
  Int3 image;
};

std::vector<Row> rows_of(const Particles& particles) {
  const auto position = to_host(particles.get<double>("position"));
  const auto image = to_host(particles.get<int>("image"));
  const auto id = to_host(particles.get<std::int64_t>("id"));
  std::vector<Row> rows;
  for (int i = 0; i < particles.num_owned(); ++i)
    rows.push_back(
        {id(i, 0), {position(i, 0), position(i, 1), position(i, 2)}, {image(i, 0), image(i, 1), image(i, 2)}});
  return rows;
}

bool columns_follow_ids(const Particles& particles) {
  const auto velocity = to_host(particles.get<double>("velocity"));
  const auto tag = to_host(particles.get<std::int64_t>("tag"));
  const auto type = to_host(particles.get<int>("type"));
  const auto id = to_host(particles.get<std::int64_t>("id"));
  bool right = true;
  for (int i = 0; i < particles.num_owned(); ++i) {
    for (int c = 0; c < 3; ++c) right = right && velocity(i, c) == velocity_of(id(i, 0), c);
    for (int c = 0; c < 2; ++c) right = right && tag(i, c) == tag_of(id(i, 0), c);
    right = right && type(i, 0) == (id(i, 0) - 1) % 7;
  }
  return right;
}

/// Collective. Each id from 1 on exactly once.
bool all_are_there(const Particles& particles, int count) {
  std::vector<std::int64_t> ids;
  for (const auto& row : rows_of(particles)) ids.push_back(row.id);
  ids = gather(ids);
  std::sort(ids.begin(), ids.end());
  std::vector<std::int64_t> expected(static_cast<std::size_t>(count));
  std::iota(expected.begin(), expected.end(), 1);
  return ids == expected;
}

bool all_are_at_home(const Tiling& tiling, const Particles& particles) {
  const auto rows = rows_of(particles);
  return std::all_of(rows.begin(), rows.end(),
                     [&](const Row& row) { return tiling.owner(tiling.box().to_fractional(row.x)) == tiling.rank(); });
}

/// Positions and images together still say where a particle was.
bool unwrapped_places_are_kept(const Arrangement& arrangement, const Particles& particles) {
  for (const auto& row : rows_of(particles)) {
    const Vec3& before = arrangement.places[static_cast<std::size_t>(row.id - 1)];
    const Vec3 shift = arrangement.box.shift(row.image);
    double scale = 0.0;
    for (int c = 0; c < 3; ++c) scale = std::max({scale, std::abs(before[c]), std::abs(shift[c])});
    for (int c = 0; c < 3; ++c)
      if (std::abs(row.x[c] + shift[c] - before[c]) > 1e-15 * scale) return false;
  }
  return true;
}

bool is_inside(const Box& box, const Particles& particles) {
  for (const auto& row : rows_of(particles)) {
    const Vec3 s = box.to_fractional(row.x);
    for (int d = 0; d < 3; ++d)
      if (box.is_periodic[d] && (s[d] < -1e-15 || s[d] > 1.0 + 1e-15)) return false;
  }
  return true;
}

/// Moves particles several boxes away in all directions, further the higher the number.
Arrangement scattered(Arrangement arrangement) {
  for (int n = 0; n < arrangement.size(); ++n) {
    const Vec3 far = arrangement.box.shift({n % 5 - 2, -(n % 1000), n % 3 == 0 ? 100000 : 0});
    for (int c = 0; c < 3; ++c) arrangement.places[static_cast<std::size_t>(n)][c] += far[c];
  }
  return arrangement;
}

void set_position(Particles& particles, std::int64_t id, double value, int component) {
  const auto ids = to_host(particles.get<std::int64_t>("id"));
  const auto host = to_host(particles.get<double>("position"));
  for (int i = 0; i < particles.num_owned(); ++i)
    if (ids(i, 0) == id) host(i, component) = value;
  Kokkos::deep_copy(particles.get<double>("position"), host);
}

std::string message_of_migrate(const Tiling& tiling, Particles& particles) {
  try {
    migrate(tiling, particles);
  } catch (const Error& error) {
    return error.kind() == ErrorKind::numeric ? error.what() : "an error of another kind";
  }
  return "no error";
}

}  // namespace

TEST_CASE("particles arrive at their owners with everything that is theirs", "[data]") {
  for (const auto& original : arrangements())
    for (const auto& arrangement : {original, scattered(original)}) {
      INFO(arrangement.name);
      Tiling tiling(comm(), arrangement.box);
      Particles particles = spread(arrangement);
      for (const bool moved_cuts : {false, true}) {
        if (moved_cuts) move_cuts(tiling);
        migrate(tiling, particles);
        REQUIRE_ALL(all_are_there(particles, arrangement.size()));
        REQUIRE_ALL(all_are_at_home(tiling, particles));
        REQUIRE_ALL(is_inside(arrangement.box, particles));
        REQUIRE_ALL(columns_follow_ids(particles));
        REQUIRE_ALL(unwrapped_places_are_kept(arrangement, particles));
      }
      const auto before = rows_of(particles);
      REQUIRE_ALL(migrate(tiling, particles) == 0);
      REQUIRE_ALL(before.size() == rows_of(particles).size());
    }
}

TEST_CASE("the number that left is counted, and copies are dropped", "[data]") {
  const Arrangement arrangement = gas("gas", cube(8), 200);
  const Tiling tiling(comm(), arrangement.box);
  Particles particles = spread(arrangement);
  std::int64_t not_at_home = 0;
  for (const auto& row : rows_of(particles))
    not_at_home += tiling.owner(tiling.box().to_fractional(row.x)) != tiling.rank() ? 1 : 0;
  particles.resize_halo(17);
  REQUIRE_ALL(migrate(tiling, particles) == not_at_home);
  REQUIRE_ALL(particles.num_halo() == 0);
}

TEST_CASE("all particles may come from one rank and go to one rank", "[data]") {
  Arrangement arrangement = gas("gas", cube(8), 300);
  const Tiling tiling(comm(), arrangement.box);
  for (auto& x : arrangement.places)
    for (int c = 0; c < 3; ++c) x[c] = arrangement.box.origin[c] + (x[c] - arrangement.box.origin[c]) / 16.0;
  Particles particles = spread(arrangement);
  migrate(tiling, particles);
  REQUIRE_ALL(particles.num_owned() == (comm().is_root() ? 300 : 0));
  REQUIRE_ALL(columns_follow_ids(particles));
  // Back into all tiles.
  const auto position = particles.get<double>("position");
  const Vec3 origin = arrangement.box.origin;
  Kokkos::parallel_for(
      "spread", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
        for (int c = 0; c < 3; ++c) position(i, c) = origin[c] + 16.0 * (position(i, c) - origin[c]);
      });
  migrate(tiling, particles);
  REQUIRE_ALL(particles.num_owned() > 0);
  REQUIRE_ALL(all_are_there(particles, 300));
  REQUIRE_ALL(columns_follow_ids(particles));
}

TEST_CASE("a particle that is nowhere is named on all ranks", "[data]") {
  const double infinity = std::numeric_limits<double>::infinity();
  Box open = tilted(8);
  for (bool& is_periodic : open.is_periodic) is_periodic = false;
  for (const Box& box : {cube(8), cube(8, false), tilted(8), open})
    for (const double value : {std::numeric_limits<double>::quiet_NaN(), infinity, -infinity, 1e300, -1e12}) {
      const Arrangement arrangement = gas("gas", box, 40);
      const Tiling tiling(comm(), box);
      for (const std::int64_t id : {1, 23, 40}) {
        Particles particles = spread(arrangement);
        set_position(particles, id, value, static_cast<int>(id % 3));
        const std::string message = message_of_migrate(tiling, particles);
        INFO(message);
        REQUIRE_ALL(message.find("particle " + std::to_string(id) + " is at (") != std::string::npos);
        REQUIRE_ALL(message.find("try a smaller dt") != std::string::npos);
      }
    }
}

TEST_CASE("the other coordinates of a lost particle are told as they were", "[data]") {
  const Arrangement arrangement = {"one", cube(8), {{9, 10, 11}}};
  const Tiling tiling(comm(), arrangement.box);
  Particles particles = spread(arrangement);
  set_position(particles, 1, 1e300, 1);
  const std::string message = message_of_migrate(tiling, particles);
  REQUIRE_ALL(message.find("(9, 1e+300, 11)") != std::string::npos);
}

TEST_CASE("image counts that would overflow are refused", "[data]") {
  for (const int count : {std::numeric_limits<int>::max(), std::numeric_limits<int>::min()}) {
    const Arrangement arrangement = {"one", cube(8), {{100, -100, 11}}};
    const Tiling tiling(comm(), arrangement.box);
    Particles particles = spread(arrangement);
    Kokkos::deep_copy(particles.get<int>("image"), count);
    const std::string message = message_of_migrate(tiling, particles);
    REQUIRE_ALL(message.find("in image (" + std::to_string(count)) != std::string::npos);
  }
}
