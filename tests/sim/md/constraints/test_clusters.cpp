// What may be rigid, and who holds it.
#include "catch.hpp"
#include "rigid.hpp"
#include "sim/md/constraints/cluster_rows.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

/// Particles on a line, rigid bonds of type 1.
RigidSample line(int count, const std::vector<std::int64_t>& bonds, const std::vector<std::int64_t>& angles = {}) {
  RigidSample molecules;
  molecules.sample.box = data::Box::orthogonal({0, 0, 0}, {20, 20, 20});
  for (int n = 0; n < count; ++n) {
    molecules.sample.x.insert(molecules.sample.x.end(), {1.0 * n, 1.0, 1.0});
    molecules.sample.type.push_back(0);
  }
  molecules.bonds = bonds;
  molecules.angles = angles;
  add_rigid_bond(molecules, 1, 1.0);
  if (!angles.empty()) add_rigid_angle(molecules, 1, 100.0);
  molecules.params.pair.emplace();
  molecules.params.pair->cutoff = 2.0;
  molecules.params.pair->types = {{"A", 0.0, 1.0}};
  molecules.params.neighbours.skin = 0.5;
  return molecules;
}

}  // namespace

TEST_CASE("Rigid clusters are found wherever their atoms are", "[md]") {
  const auto molecules = zoo(3, 3.2, 0.0);
  const auto system = make_rigid_system(molecules, comm());
  const auto& particles = system.particles;
  const auto column =
      Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>(sim::md::cluster_column));
  int numbers[6] = {};  // of partners 1 to 4, triangles; sum of partners
  for (int i = 0; i < particles.num_owned(); ++i) {
    int partners = 0;
    for (std::size_t at = 1; at < column.extent(1); at += 2) partners += column(i, at) != 0 ? 1 : 0;
    if (partners > 0) ++numbers[column(i, 0) != 0 ? 4 : partners - 1];
    numbers[5] += partners;
  }
  comm().all_reduce(numbers, 6, Op::sum);
  const int expected[6] = {5, 5, 5, 4, 8, static_cast<int>(molecules.bonds.size()) / 3};
  for (int n = 0; n < 6; ++n) CHECK(numbers[n] == expected[n]);
  auto engine = make_rigid_engine(molecules, comm());
  const int distances = expected[5] + expected[4];
  CHECK(engine.degrees_of_freedom() == 3.0 * static_cast<double>(molecules.sample.size()) - 3.0 - distances);
}

TEST_CASE("What cannot be rigid is refused", "[md]") {
  const auto refusal = [](const RigidSample& molecules, const std::string& words) {
    CHECK_THROWS_WITH(make_rigid_engine(molecules, comm()), Contains(words));
  };
  refusal(line(4, {1, 1, 2, 1, 2, 3, 1, 3, 4}), "make a chain or a ring");
  refusal(line(3, {1, 1, 2, 1, 2, 3, 1, 3, 1}), "make a chain or a ring");
  refusal(line(6, {1, 1, 2, 1, 1, 3, 1, 1, 4, 1, 1, 5, 1, 1, 6}), "particle 1 has 5 rigid bonds; at most 4");
  refusal(line(4, {1, 2, 1, 1, 2, 3, 1, 2, 4}, {1, 1, 2, 3}), "angle of particles 1, 2 and 3 is rigid");
  auto far = line(2, {1, 1, 2});
  far.sample.x[3] = 1.5;
  refusal(far, "of particles 1 and 2 are off by 50 % at the start");
  far.sample.x[3] = 5.0;
  refusal(far, "is longer than 2.5 (cutoff + skin)");
}

TEST_CASE("Lengths that are nearly right are put right at the start", "[md]") {
  auto molecules = zoo(2, 3.2, 0.0);
  for (std::size_t n = 0; n < molecules.sample.x.size(); ++n)
    molecules.sample.x[n] += 0.03 * std::sin(static_cast<double>(17 * n));
  const auto engine = make_rigid_engine(molecules, comm());
  const auto violation = violation_of(molecules, engine);
  CHECK(violation.length < 1e-10);
  CHECK(violation.velocity < 1e-13);
}
