#include "arrangement.hpp"

#include <algorithm>
#include <cmath>

#include "base/random.hpp"

namespace tessera::test {

using data::Column;
using data::Particles;

Box cube(double edge, bool periodic) {
  return Box::orthogonal({-0.25, 0, 1}, {edge, edge, edge}, {periodic, periodic, periodic});
}

Box tilted(double edge) {
  const double vectors[3][3] = {{edge, 0, 0}, {edge * 0.75, edge, 0}, {-edge * 0.5, edge * 0.625, edge}};
  return Box::triclinic({0.5, -3, 0}, vectors);
}

Box left_handed(double edge) {
  const double vectors[3][3] = {{0, edge, edge * 0.25}, {edge, 0, 0}, {0, edge * 0.125, edge}};
  return Box::triclinic({0, 0, 0}, vectors);
}

Arrangement gas(const std::string& name, const Box& box, int count) {
  Arrangement result{name, box, {}};
  const Random random(5, RandomPurpose::test);
  const auto on_grid = [](double u) { return std::floor(1024.0 * u) / 1024.0; };
  for (int n = 0; n < count; ++n) {
    const auto u = random.uniform(static_cast<std::uint64_t>(n), 0),
               v = random.uniform(static_cast<std::uint64_t>(n), 1);
    result.places.push_back(box.to_cartesian({on_grid(u.first), on_grid(u.second), on_grid(v.first)}));
  }
  return result;
}

Arrangement edges(const Box& box) {
  Arrangement result{"edges", box, {}};
  const double s[] = {0.0, -1e-17, 1.0 - 1e-16, 1.0 / 3.0, 0.5, 0.5 - 1e-16, 2.0 / 3.0};
  for (const double x : s)
    for (const double y : s)
      for (const double z : s) result.places.push_back(box.to_cartesian({x, y, z}));
  return result;
}

namespace {

/// Most particles in small spots, some anywhere.
Arrangement clusters() {
  Arrangement result = gas("clusters", cube(8), 400);
  for (std::size_t n = 0; n < 360; ++n) {
    const Vec3 centre = result.places[n % 5 + 390];
    for (int c = 0; c < 3; ++c) result.places[n][c] = centre[c] + result.places[n][c] / 64.0;
  }
  return result;
}

Arrangement one_spot() { return {"one spot", cube(4), std::vector<Vec3>(40, Vec3{0.5, 0.5, 1.5})}; }

Arrangement flattened(const std::string& name, int directions) {
  Arrangement result = gas(name, cube(8), 200);
  for (auto& x : result.places)
    for (int d = 0; d < directions; ++d) x[2 - d] = 2.0;
  return result;
}

/// An open box most of whose particles have left it.
Arrangement evaporated() {
  Arrangement result = gas("evaporated", cube(4, false), 300);
  for (std::size_t n = 0; n < 150; ++n)
    for (int c = 0; c < 3; ++c) result.places[n][c] += 3.0 * (result.places[n][c] - 2.0);
  result.places[299] = {4e6, 0, -3e8};
  result.places[298] = {4e6, 0.5, -3e8};
  result.places[297] = {0, -1e9, 0};
  return result;
}

}  // namespace

std::vector<Arrangement> arrangements() {
  const Box slab = Box::orthogonal({0, 0, 0}, {16, 16, 0.5}, {true, true, true});
  const Box open_slab = Box::orthogonal({0, 0, 0}, {8, 8, 8}, {true, true, false});
  const Box needle = Box::orthogonal({0, 0, 0}, {1, 1, 64}, {false, true, true});
  return {gas("empty", cube(4), 0),
          gas("one particle", cube(4), 1),
          gas("one particle in a small box", cube(1), 1),
          gas("two particles", cube(4), 2),
          gas("nine particles", cube(4), 9),
          gas("sparse", cube(16), 200),
          gas("gas", cube(8), 500),
          gas("dense", cube(4), 600),
          gas("not on a grid", cube(7.3), 400),
          gas("small box", cube(1), 6),
          gas("slab", slab, 300),
          gas("open slab", open_slab, 400),
          gas("needle", needle, 200),
          gas("open", cube(8, false), 400),
          gas("tilted", tilted(6), 300),
          gas("small tilted box", tilted(1), 4),
          gas("left-handed", left_handed(6), 300),
          edges(cube(4)),
          edges(tilted(4)),
          clusters(),
          one_spot(),
          flattened("plane", 1),
          flattened("line", 2),
          evaporated()};
}

double velocity_of(std::int64_t id, int component) { return 0.1 * static_cast<double>(id) + component; }

std::int64_t tag_of(std::int64_t id, int component) { return (id << 33) + component; }

Particles spread(const Arrangement& arrangement) {
  Particles particles(comm());
  const auto travels = Column::saved | Column::halo;
  particles.add<double>("position", 3, travels);
  particles.add<int>("image", 3, Column::saved);
  particles.add<std::int64_t>("id", 1, travels);
  particles.add<int>("type", 1, travels);
  particles.add<double>("velocity", 3, travels);
  particles.add<std::int64_t>("tag", 2, travels);
  std::vector<int> mine;
  for (int n = arrangement.size() - 1; n >= 0; --n)
    if ((n * 7 + n / 5) % comm().size() == comm().rank()) mine.push_back(n);
  particles.resize_owned(static_cast<std::int64_t>(mine.size()));
  const auto position = Kokkos::create_mirror_view(particles.get<double>("position"));
  const auto velocity = Kokkos::create_mirror_view(particles.get<double>("velocity"));
  const auto id = Kokkos::create_mirror_view(particles.get<std::int64_t>("id"));
  const auto tag = Kokkos::create_mirror_view(particles.get<std::int64_t>("tag"));
  const auto type = Kokkos::create_mirror_view(particles.get<int>("type"));
  for (std::size_t i = 0; i < mine.size(); ++i) {
    id(i, 0) = mine[i] + 1;
    type(i, 0) = mine[i] % 7;
    for (int c = 0; c < 3; ++c) {
      position(i, c) = arrangement.places[static_cast<std::size_t>(mine[i])][c];
      velocity(i, c) = velocity_of(id(i, 0), c);
    }
    for (int c = 0; c < 2; ++c) tag(i, c) = tag_of(id(i, 0), c);
  }
  Kokkos::deep_copy(particles.get<double>("position"), position);
  Kokkos::deep_copy(particles.get<double>("velocity"), velocity);
  Kokkos::deep_copy(particles.get<std::int64_t>("id"), id);
  Kokkos::deep_copy(particles.get<std::int64_t>("tag"), tag);
  Kokkos::deep_copy(particles.get<int>("type"), type);
  return particles;
}

void move_cuts(data::Tiling& tiling) {
  for (int d = 0; d < 3; ++d) {
    std::vector<double> cuts = tiling.cuts(d);
    for (auto& cut : cuts) cut = cut * cut * (1.5 - 0.5 * cut);
    cuts.back() = 1.0;
    tiling.set_cuts(d, cuts);
  }
}

Pair make_pair(std::int64_t i, std::int64_t j, const Vec3& dx) {
  return {i, j, std::llround(dx[0] * 1e6), std::llround(dx[1] * 1e6), std::llround(dx[2] * 1e6)};
}

namespace {

/// Images n along d for which points that lie ds apart in fractional coordinates may come within the reach.
struct ImageRange {
  int first = 0, last = 0;

  ImageRange(const Box& box, int d, double ds, double radius) {
    if (!box.is_periodic[d]) return;
    const double reach = radius / box.height(d) + 1e-9;
    first = static_cast<int>(std::ceil(ds - reach));
    last = static_cast<int>(std::floor(ds + reach));
  }
};

/// Calls visit(dx) for all images of the vector that are shorter than the radius.
template <class Visit>
void for_each_image(const Box& box, const Vec3& a, const Vec3& b, double radius, const Visit& visit) {
  const Vec3 sa = box.to_fractional(a), sb = box.to_fractional(b);
  const ImageRange x(box, 0, sa[0] - sb[0], radius), y(box, 1, sa[1] - sb[1], radius), z(box, 2, sa[2] - sb[2], radius);
  for (int nx = x.first; nx <= x.last; ++nx)
    for (int ny = y.first; ny <= y.last; ++ny)
      for (int nz = z.first; nz <= z.last; ++nz) {
        const Vec3 shift = box.shift({nx, ny, nz});
        Vec3 dx;
        double r2 = 0.0;
        for (int c = 0; c < 3; ++c) {
          dx[c] = a[c] - (b[c] + shift[c]);
          r2 += dx[c] * dx[c];
        }
        if (r2 < radius * radius) visit(dx);
      }
}

}  // namespace

std::vector<Pair> brute_force_pairs(const Box& box, const Particles& particles, const std::vector<Vec3>& places,
                                    double radius) {
  const auto position = to_host(particles.get<double>("position"));
  const auto id = to_host(particles.get<std::int64_t>("id"));
  std::vector<Pair> pairs;
  for (int i = 0; i < particles.num_owned(); ++i)
    for (std::size_t j = 0; j < places.size(); ++j) {
      const auto other = static_cast<std::int64_t>(j) + 1;
      const Vec3 here{position(i, 0), position(i, 1), position(i, 2)};
      for_each_image(box, here, places[j], radius, [&](const Vec3& dx) {
        const bool is_itself = other == id(i, 0) && std::abs(dx[0]) + std::abs(dx[1]) + std::abs(dx[2]) < 1e-9;
        if (!is_itself) pairs.push_back(make_pair(id(i, 0), other, dx));
      });
    }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

}  // namespace tessera::test
