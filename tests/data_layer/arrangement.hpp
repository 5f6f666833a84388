// Arrangements of particles that every rank knows in full, and what the data layer should make of them.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <tuple>
#include <vector>

#include "catch.hpp"
#include "data/particles.hpp"
#include "data/tiling.hpp"

namespace tessera::test {

using data::Box;
using data::Int3;
using data::Vec3;

/// Particle n has id n + 1.
struct Arrangement {
  std::string name;
  Box box;
  std::vector<Vec3> places;

  int size() const { return static_cast<int>(places.size()); }
};

/// `count` random places in the box. Where the cell vectors are multiples of 2^-10, so are places, in 2^-20: sums of
/// places and cell vectors are exact.
Arrangement gas(const std::string& name, const Box& box, int count);
/// On corners, edges and cuts of tiles, and a rounding error beside them.
Arrangement edges(const Box& box);
/// Gases of several shapes and densities, clusters, degenerate and nearly empty ones, in boxes of all kinds.
std::vector<Arrangement> arrangements();

Box cube(double edge, bool periodic = true);
Box tilted(double edge);
Box left_handed(double edge);

/// This rank's share, in no order, not at home. Columns position, image, id, type, and for tests: velocity (3, a
/// function of the id), tag (2, likewise), all of which travel; id and tag have room for copies, as has velocity.
data::Particles spread(const Arrangement& arrangement);

double velocity_of(std::int64_t id, int component);
std::int64_t tag_of(std::int64_t id, int component);

/// Cuts that make tiles of different sizes.
void move_cuts(data::Tiling& tiling);

template <class View>
auto to_host(const View& view) {
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
}

/// Ordered pair of ids and the vector between them in units of 1e-6.
using Pair = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t>;
Pair make_pair(std::int64_t i, std::int64_t j, const Vec3& dx);

/// All ordered pairs within the radius whose first particle this rank owns, by going through all images; sorted.
std::vector<Pair> brute_force_pairs(const Box& box, const data::Particles& particles, const std::vector<Vec3>& places,
                                    double radius);

/// Collective. All values of all ranks, in the order of ranks.
template <class T>
std::vector<T> gather(const std::vector<T>& here) {
  std::vector<Comm::Message> outgoing;
  const auto* begin = reinterpret_cast<const std::byte*>(here.data());
  for (int rank = 0; rank < comm().size(); ++rank)
    outgoing.emplace_back(rank, std::vector<std::byte>(begin, begin + here.size() * sizeof(T)));
  std::vector<T> all;
  for (const auto& [rank, content] : comm().sparse_exchange(outgoing)) {
    const std::size_t old = all.size();
    all.resize(old + content.size() / sizeof(T));
    if (!content.empty()) std::memcpy(all.data() + old, content.data(), content.size());
  }
  return all;
}

}  // namespace tessera::test
