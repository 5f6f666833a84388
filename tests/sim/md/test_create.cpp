#include "catch.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>

#include "base/agree.hpp"
#include "samples.hpp"
#include "sim/md/create.hpp"
#include "sim/md/forces/make_field.hpp"
#include "sim/md/forces/pair_setup.hpp"
#include "sim/md/lattice.hpp"
#include "sim/md/overlap.hpp"

using namespace tessera;
using namespace tessera::sim::md;

namespace {

LatticeParams lattice_of(LatticeKind kind, std::vector<std::int64_t> cells, double density = 0.9) {
  LatticeParams lattice;
  lattice.kind = kind;
  lattice.cells = std::move(cells);
  lattice.density = density;
  return lattice;
}

data::System make(const LatticeParams& lattice, const Comm& comm, std::uint32_t seed = 1) {
  return make_lattice(data::Tiling(comm, lattice_box(lattice)), lattice, "lj", seed);
}

/// Collective. (id - 1; x, y, z, type + 1) on all ranks: a particle that is there twice shows.
std::vector<double> rows_of(const data::System& system) {
  const auto& particles = system.particles;
  const auto x = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<double>("position"));
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>("id"));
  const auto type = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<int>("type"));
  std::vector<double> all(4 * static_cast<std::size_t>(particles.num_global()), 0.0);
  for (int i = 0; i < particles.num_owned(); ++i) {
    double* row = &all[static_cast<std::size_t>(4 * (id(i, 0) - 1))];
    for (int c = 0; c < 3; ++c) row[c] += x(i, c);
    row[3] += type(i, 0) + 1;
  }
  particles.comm().all_reduce(all.data(), static_cast<int>(all.size()), Op::sum);
  return all;
}

sim::StageContext context_of(const Comm& comm) { return {comm, "melt", 7, {}}; }

/// Collective. A file that all ranks can read.
std::string write_file(const std::string& name, const std::string& text) {
  const std::string path = test::scratch_folder() + "/" + name;
  agree(test::comm(), [&] {
    if (test::comm().is_root()) std::ofstream(path) << text;
  });
  return path;
}

MdParams params_of(const LatticeParams& lattice) {
  MdParams params;
  params.lattice = lattice;
  params.pair.emplace();
  params.pair->epsilon = params.pair->sigma = 1.0;
  params.pair->cutoff = 2.5;
  params.neighbours.skin = 0.5;
  params.neighbours.inner_skin = 0.2;
  return params;
}

}  // namespace

TEST_CASE("a lattice has each site once, on the rank that owns it, whatever the number of ranks", "[md]") {
  const auto kind = GENERATE(LatticeKind::sc, LatticeKind::bcc, LatticeKind::fcc, LatticeKind::diamond);
  auto lattice = lattice_of(kind, {5, 3, 7});
  lattice.types = {"A", "B"};
  lattice.composition = {2, 1};
  auto system = make(lattice, test::comm());
  REQUIRE(system.particles.num_global() == num_sites(lattice));
  CHECK(static_cast<double>(num_sites(lattice)) / system.box.volume() == Approx(0.9).epsilon(1e-14));
  const auto rows = rows_of(system);
  const auto alone = test::alone([&](const Comm& comm) { return rows_of(make(lattice, comm)); });
  CHECK(rows == alone);
  const auto left = migrate(data::Tiling(test::comm(), system.box), system.particles);
  REQUIRE_ALL(left == 0);
}

TEST_CASE("a sphere keeps the sites of the lattice within its radius, numbered without gaps", "[md]") {
  const auto kind = GENERATE(LatticeKind::sc, LatticeKind::bcc, LatticeKind::fcc, LatticeKind::diamond);
  auto lattice = lattice_of(kind, {9, 7, 8});
  const auto everything = test::alone([&](const Comm& comm) { return rows_of(make(lattice, comm)); });
  const double edge = cell_edge(lattice);
  // In a corner, so that parts are cut away; its surface meets no site.
  const double centre[3] = {2.1 * edge, 1.7 * edge, 6.9 * edge}, radius = 2.93 * edge;
  lattice.sphere = SphereParams{{centre[0], centre[1], centre[2]}, radius};
  std::vector<double> expected;
  for (std::size_t n = 0; n < everything.size(); n += 4) {
    double r2 = 0.0;
    for (std::size_t c = 0; c < 3; ++c) r2 += (everything[n + c] - centre[c]) * (everything[n + c] - centre[c]);
    if (r2 <= radius * radius) expected.insert(expected.end(), &everything[n], &everything[n] + 4);
  }
  REQUIRE(expected.size() > 100);
  REQUIRE(num_sites(lattice) == static_cast<std::int64_t>(expected.size() / 4));
  const auto system = make(lattice, test::comm());
  CHECK(rows_of(system) == expected);
  CHECK(system.box.volume() == Approx(std::pow(edge, 3) * 9 * 7 * 8));

  lattice.sphere->centre.clear();  // the middle
  const auto middle = rows_of(make(lattice, test::comm()));
  for (std::size_t n = 0; n < middle.size(); n += 4)
    REQUIRE(std::hypot(middle[n] - 4.5 * edge, middle[n + 1] - 3.5 * edge, middle[n + 2] - 4 * edge) <= radius);
}

TEST_CASE("types in a sphere have exact amounts", "[md]") {
  auto lattice = lattice_of(LatticeKind::fcc, {8, 8, 8});
  lattice.types = {"A", "B"};
  lattice.composition = {3, 1};
  lattice.sphere = SphereParams{{}, 5.0};
  CHECK(count_types(make(lattice, test::comm())) == share_out(lattice.composition, num_sites(lattice)));
}

TEST_CASE("a sphere without sites, or over too many rows, is refused", "[md][bad]") {
  auto lattice = lattice_of(LatticeKind::sc, {8, 8, 8});
  lattice.sphere = SphereParams{{100, 100, 100}, 5.0};
  REQUIRE_THROWS_WITH(make(lattice, test::comm()), Contains("no site") && Contains("within 5"));
  lattice.cells = {1, 1 << 20, 1 << 20};
  lattice.sphere = SphereParams{{}, 1e7};
  REQUIRE_THROWS_WITH(check_sphere(lattice), Contains("rows of cells") && Contains("268435456"));
}

TEST_CASE("neighbours on a lattice are as many and as far as they should be", "[md]") {
  struct Shell {
    LatticeKind kind;
    double distance;  // in cell edges
    int neighbours;
  };
  const auto shell =
      GENERATE(Shell{LatticeKind::sc, 1.0, 6}, Shell{LatticeKind::bcc, std::sqrt(0.75), 8},
               Shell{LatticeKind::fcc, std::sqrt(0.5), 12}, Shell{LatticeKind::diamond, std::sqrt(3.0 / 16.0), 4});
  auto lattice = lattice_of(shell.kind, {4, 4, 4});
  lattice.density.reset();
  lattice.spacing = 2.0;
  const auto system = make(lattice, test::comm());
  const auto rows = rows_of(system);
  const std::size_t sites = rows.size() / 4;
  for (const std::size_t i : {std::size_t{0}, sites / 2, sites - 1}) {
    int near = 0, nearer = 0;
    for (std::size_t j = 0; j < sites; ++j) {
      const auto d = system.box.minimum_image(
          {rows[4 * i] - rows[4 * j], rows[4 * i + 1] - rows[4 * j + 1], rows[4 * i + 2] - rows[4 * j + 2]});
      const double r = std::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]) / 2.0;
      near += std::abs(r - shell.distance) < 1e-9 ? 1 : 0;
      nearer += j != i && r < shell.distance - 1e-9 ? 1 : 0;
    }
    CHECK(near == shell.neighbours);
    CHECK(nearer == 0);
  }
}

TEST_CASE("a mixture has exact counts and no order", "[md]") {
  auto lattice = lattice_of(LatticeKind::fcc, {6, 6, 6});
  lattice.types = {"A", "B"};
  lattice.composition = {80, 20};
  const auto system = make(lattice, test::comm());
  CHECK(count_types(system) == std::vector<std::int64_t>{691, 173});
  const auto rows = rows_of(system), other = rows_of(make(lattice, test::comm(), 2));
  CHECK(rows != other);
  // Among pairs of successive ids, 4 % are BB by chance: 863 of them, five standard deviations.
  int both = 0;
  for (std::size_t n = 4; n < rows.size(); n += 4) both += rows[n + 3] > 1.5 && rows[n - 1] > 1.5 ? 1 : 0;
  CHECK(std::abs(both - 0.04 * 863) < 5.0 * std::sqrt(0.04 * 863));
}

TEST_CASE("shares are whole, add up, and are as near as can be", "[md]") {
  CHECK(share_out({1, 1, 1}, 10) == std::vector<std::int64_t>{4, 3, 3});
  CHECK(share_out({80, 20}, 864) == std::vector<std::int64_t>{691, 173});
  CHECK(share_out({0, 3}, 7) == std::vector<std::int64_t>{0, 7});
  CHECK(share_out({1e-9, 1}, 5) == std::vector<std::int64_t>{0, 5});
}

TEST_CASE("permuted indices are a permutation, another one for another seed", "[md]") {
  const auto count = GENERATE(1U, 2U, 3U, 4U, 5U, 63U, 64U, 65U, 1000U);
  std::vector<std::uint64_t> one, two;
  for (std::uint64_t n = 0; n < count; ++n) {
    one.push_back(permuted_index(Random(1, RandomPurpose::test), n, count));
    two.push_back(permuted_index(Random(2, RandomPurpose::test), n, count));
  }
  CHECK((count < 63 || one != two));
  std::sort(one.begin(), one.end());
  for (std::uint64_t n = 0; n < count; ++n) CHECK(one[n] == n);
}

TEST_CASE("masses of a lattice are those of the elements, or 1", "[md]") {
  auto lattice = lattice_of(LatticeKind::sc, {2, 2, 2});
  lattice.types = {"Ar"};
  CHECK(lattice_species(lattice, "metal").at(0).mass == Approx(39.948).epsilon(1e-4));
  CHECK(lattice_species(lattice, "lj").at(0).mass == 1.0);
  lattice.masses = {2.5};
  CHECK(lattice_species(lattice, "metal").at(0).mass == 2.5);
}

TEST_CASE("pairs of types are mixed, overridden and cut off as the deck says", "[md]") {
  PairParams params;
  params.types = {{"A", 1.0, 1.0}, {"B", 4.0, 2.0}};
  params.cutoff_over_sigma = 2.5;
  const std::vector<data::Species> species{{"B", 1.0}, {"A", 1.0}};
  auto table = make_pair_table(params, species);
  CHECK(table(0, 0).epsilon == 4.0);
  CHECK(table(0, 1).epsilon == 2.0);
  CHECK(table(1, 0).sigma == Approx(std::sqrt(2.0)));
  CHECK(table(0, 0).cutoff == 5.0);
  CHECK(table.largest_cutoff() <= reference_cutoff(params));

  params.mixing = Mixing::lorentz_berthelot;
  params.between = {{{"A", "B"}, 7.0, {}, 3.0, {}}};
  table = make_pair_table(params, species);
  CHECK(table(0, 1).epsilon == 7.0);
  CHECK(table(1, 0).sigma == 1.5);
  CHECK(table(1, 0).cutoff == 3.0);

  params.between.push_back({{"B", "A"}, 7.0, {}, {}, {}});
  CHECK_THROWS_WITH(make_pair_table(params, species), Contains("twice"));
  params.between = {{{"A", "C"}, 7.0, {}, {}, {}}};
  CHECK_THROWS_WITH(make_pair_table(params, species), Contains("\"C\"") && Contains("\"B\", \"A\""));
  params.between.clear();
  CHECK_THROWS_WITH(make_pair_table(params, {{"A", 1.0}, {"Xe", 1.0}}), Contains("names the type \"B\""));
  CHECK_THROWS_WITH(make_pair_table(params, {{"A", 1.0}, {"B", 1.0}, {"Xe", 1.0}}),
                    Contains("\"Xe\"") && Contains("[[stage.pair.type]]"));
}

TEST_CASE("bonds of a file travel with their particles, and exclude their pairs", "[md]") {
  MdParams params;
  params.file =
      write_file("bonds.data",
                 "bonds\n\n3 atoms\n1 atom types\n2 bonds\n1 bond types\n\n0 9 xlo xhi\n0 9 ylo yhi\n0 9 zlo "
                 "zhi\n\nMasses\n\n1 1.0\n\nAtoms # bond\n\n1 1 1 1 1 1\n2 1 1 2 1 1\n3 1 1 3 1 1\n\nBonds\n\n"
                 "1 1 1 2\n2 1 2 3\n");
  const auto system = make_system(context_of(test::comm()), params, make_units("lj"));
  CHECK(system.topology.empty());
  CHECK(system.particles.get<std::int64_t>("bonds").extent(1) == 2);     // one bond at most with its first atom
  CHECK(system.particles.get<std::int64_t>("excluded").extent(1) == 2);  // of all kinds
  params.pair.emplace();
  params.pair->epsilon = params.pair->sigma = 1.0;
  params.pair->cutoff = 2.5;
  CHECK_THROWS_WITH(make_force_field(params, system, make_units("lj"), {}), Contains("[[stage.bond]]"));
}

TEST_CASE("particles come from a file, with its velocities or new ones", "[md]") {
  MdParams params;
  params.file = write_file("two.extxyz",
                           "2\nLattice=\"9 0 0 0 9 0 0 0 9\" Properties=species:S:1:pos:R:3:velo:R:3\n"
                           "Ar 1 1 1 0.5 0 0\nAr 3 1 1 0 0.25 0\n");
  params.units = "metal";
  const auto units = make_units("metal");
  const auto kept = make_system(context_of(test::comm()), params, units);
  REQUIRE(kept.particles.num_global() == 2);
  const auto largest = [](const data::System& system) {
    const auto v = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), system.particles.get<double>("velocity"));
    double most = 0.0;
    for (int i = 0; i < system.particles.num_owned(); ++i)
      for (int c = 0; c < 3; ++c) most = std::max(most, std::abs(v(i, c)));
    return system.particles.comm().all_reduce(most, Op::max);
  };
  CHECK(largest(kept) == 0.5);
  params.velocity = VelocityParams{0.0};
  CHECK(largest(make_system(context_of(test::comm()), params, units)) == 0.0);
}

TEST_CASE("an earlier stage's system is copied, and missing ones are named", "[md]") {
  const auto original = make(lattice_of(LatticeKind::fcc, {3, 3, 3}), test::comm());
  MdParams params;
  params.data = "before";
  auto context = context_of(test::comm());
  context.earlier_system = [&](const std::string& name) { return name == "before" ? &original : nullptr; };
  const auto before = rows_of(original);
  const auto copy = make_system(context, params, make_units("lj"));
  CHECK(rows_of(copy) == before);
  Kokkos::deep_copy(copy.particles.get<double>("position"), 0.0);
  CHECK(rows_of(original) == before);
  params.data = "after";
  REQUIRE_THROWS_WITH(make_system(context, params, make_units("lj")), Contains("\"after\""));
}

TEST_CASE("a grid that does not fit and a halo out of reach are refused with their numbers", "[md]") {
  auto params = params_of(lattice_of(LatticeKind::fcc, {2, 2, 2}));
  const auto box = lattice_box(*params.lattice);
  params.grid = {2, 1, 4};
  CHECK_THROWS_WITH(process_grid(params, box, 3),
                    Contains("makes 8 tiles; as many as ranks are needed, and that is 3"));
  CHECK(process_grid(params, box, 8)[2] == 4);
  CHECK_NOTHROW(check_halo(test::comm(), box, {2, 1, 4}, 3.0));
  CHECK_THROWS_WITH(check_halo(test::comm(), box, {1, 1, 1}, 300.0), Contains("times as wide as the box"));
  // Around tile 0 of ten open ones there is less to reach than around tile 4.
  const auto open = data::Box::orthogonal({0, 0, 0}, {1, 1, 1}, {false, false, false});
  CHECK_THROWS_WITH(check_halo(test::comm(), open, {1, 30, 1}, 0.5), Contains("at most 21"));
}

TEST_CASE("two particles on top of each other are named, also across the edge of the box", "[md]") {
  auto sample = test::fcc_sample(6, 0.8442, 0.0);
  const bool across = GENERATE(false, true);
  const double edge = sample.box.cell[0][0];
  for (std::size_t c = 0; c < 3; ++c) sample.x[3 * 100 + c] = sample.x[c] + (across && c == 0 ? edge - 0.05 : 0.05);
  const auto engine = test::make_engine(sample, {test::lj(2.5)}, test::comm());
  REQUIRE_THROWS_WITH(
      check_overlaps(engine, test::lj(2.5)),
      (Contains("particles 1 at") && Contains("and 101 at")) || (Contains("particles 101 at") && Contains("and 1 at")));
}

TEST_CASE("particles at their distance, and pairs that do not interact, do not overlap", "[md]") {
  auto sample = test::fcc_sample(6, 0.8442, 0.0);
  CHECK_NOTHROW(check_overlaps(test::make_engine(sample, {test::lj(2.5)}, test::comm()), test::lj(2.5)));
  for (std::size_t c = 0; c < 3; ++c) sample.x[3 * 100 + c] = sample.x[c] + 0.05;
  auto table = test::lj(2.5);
  table.pairs[0].epsilon = 0.0;
  CHECK_NOTHROW(check_overlaps(test::make_engine(sample, {table}, test::comm()), table));
}

TEST_CASE("a box that cannot hold its particles is refused before any list is made", "[md]") {
  const auto box = data::Box::orthogonal({0, 0, 0}, {1, 1, 1});
  CHECK_THROWS_WITH(check_packing(test::lj(2.5), {1000}, box), Contains("1000 particles"));
  CHECK_NOTHROW(check_packing(test::lj(2.5), {4}, box));
}
