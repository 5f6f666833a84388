#include <numeric>
#include <vector>

#include "base/error.hpp"
#include "catch.hpp"
#include "data/particles.hpp"

using namespace tessera;
using namespace tessera::data;

namespace {

Particles make(int count) {
  Particles particles(test::comm());
  add_standard_columns(particles);
  particles.add<double>("force", 3, Column::output);
  particles.resize_owned(count);
  const auto position = particles.get<double>("position");
  const auto id = particles.get<std::int64_t>("id");
  const auto type = particles.get<int>("type");
  Kokkos::parallel_for(
      "fill", Range(0, count), KOKKOS_LAMBDA(int i) {
        for (int c = 0; c < 3; ++c) position(i, c) = 10.0 * i + c;
        id(i, 0) = (std::int64_t{1} << 40) + i;
        type(i, 0) = i % 3;
      });
  return particles;
}

/// Row i holds what make() gave to row source(i).
template <class Source>
bool holds(const Particles& particles, int count, const Source& source) {
  const auto position = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<double>("position"));
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>("id"));
  const auto type = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<int>("type"));
  for (int i = 0; i < count; ++i) {
    const int from = source(i);
    for (int c = 0; c < 3; ++c)
      if (position(i, c) != 10.0 * from + c) return false;
    if (id(i, 0) != (std::int64_t{1} << 40) + from || type(i, 0) != from % 3) return false;
  }
  return true;
}

const auto itself = [](int i) { return i; };

}  // namespace

TEST_CASE("columns are found by name and type", "[data]") {
  Particles particles = make(5);
  REQUIRE(particles.has_column("position"));
  REQUIRE_FALSE(particles.has_column("positions"));
  REQUIRE(particles.get<double>("position").extent(1) == 3);
  REQUIRE_THROWS_WITH(particles.get<double>("velocity"), Contains("no particle column 'velocity'"));
  REQUIRE_THROWS_WITH(particles.get<int>("position"), Contains("'position' has another type"));
  REQUIRE_THROWS_WITH(particles.add<int>("position", 1, Column::plain), Contains("'position' is declared twice"));
  REQUIRE(particles.num_global() == 5);
}

TEST_CASE("a column that is added later has rows of zeros, also for copies", "[data]") {
  Particles particles = make(5);
  particles.resize_halo(11);
  particles.add<double>("late", 2, Column::halo);
  const auto late = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<double>("late"));
  REQUIRE(late.extent(0) >= static_cast<std::size_t>(particles.num_rows()));
  for (int i = 0; i < particles.num_rows(); ++i) REQUIRE((late(i, 0) == 0.0 && late(i, 1) == 0.0));
  particles.add<int>("plain", 1, Column::plain);
  REQUIRE(particles.get<int>("plain").extent(0) >= 5);
}

TEST_CASE("copies begin on a whole vector behind the owned rows", "[data]") {
  for (const int owned : {0, 1, 7, 8, 9, 1000}) {
    Particles particles = make(owned);
    REQUIRE(particles.num_rows() == owned);
    particles.resize_halo(13);
    REQUIRE(particles.halo_begin() % 8 == 0);
    REQUIRE((particles.halo_begin() >= owned && particles.halo_begin() < owned + 8));
    REQUIRE(particles.num_rows() == particles.halo_begin() + 13);
    REQUIRE(particles.get<double>("position").extent(0) >= static_cast<std::size_t>(particles.num_rows() + 3));
    REQUIRE(holds(particles, owned, itself));
    particles.resize_owned(owned);
    REQUIRE(particles.num_halo() == 0);
  }
}

TEST_CASE("resizing keeps what stays", "[data]") {
  Particles particles = make(100);
  for (const int count : {101, 5000, 200, 100}) {
    particles.resize_owned(count);
    REQUIRE(particles.num_owned() == count);
    REQUIRE(holds(particles, 100, itself));
  }
  particles.resize_owned(3);
  REQUIRE(holds(particles, 3, itself));
  particles.resize_owned(0);
  REQUIRE(particles.num_rows() == 0);
}

TEST_CASE("memory is kept for the next time, and given back when much of it is idle", "[data]") {
  Particles particles = make(1000);
  particles.resize_halo(20000);
  const auto* position = particles.get<double>("position").data();
  const auto* force = particles.get<double>("force").data();
  for (int round = 0; round < 3; ++round) {
    particles.resize_owned(1000 - round);
    particles.resize_halo(20000 + round);
    REQUIRE(particles.get<double>("position").data() == position);
    REQUIRE(particles.get<double>("force").data() == force);
  }
  particles.resize_owned(10);
  particles.resize_halo(0);
  REQUIRE(particles.get<double>("position").extent(0) < 1000);
  REQUIRE(holds(particles, 10, itself));
}

TEST_CASE("rows change places in all columns alike", "[data]") {
  const int count = 77;
  Particles particles = make(count);
  particles.resize_halo(30);
  Array1<int> order("order", count);
  const auto host = Kokkos::create_mirror_view(order);
  for (int i = 0; i < count; ++i) host(i) = i * 30 % count;
  Kokkos::deep_copy(order, host);
  particles.permute(order);
  REQUIRE(holds(particles, count, [&](int i) { return i * 30 % count; }));
}

TEST_CASE("more rows than an int can count are refused before anything is allocated", "[data]") {
  Particles particles = make(5);
  REQUIRE_THROWS_WITH(particles.resize_owned(std::int64_t{1} << 31),
                      Contains("2147483648") && Contains("use more ranks"));
  REQUIRE_THROWS_WITH(particles.resize_halo(Particles::max_rows), Contains("2000000000 copies"));
  REQUIRE_THROWS_WITH(particles.resize_owned(-1), Contains("-1 particles"));
  REQUIRE(holds(particles, 5, itself));
}
