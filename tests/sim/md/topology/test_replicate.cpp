// Copies of systems side by side: each feels what the original feels.
#include <cmath>

#include "catch.hpp"
#include "molecules.hpp"
#include "sim/md/create.hpp"
#include "sim/md/estimate.hpp"
#include "sim/md/md_stage.hpp"
#include "sim/md/replicate.hpp"
#include "sim/md/topology/excluded_pairs.hpp"
#include "sim/md/topology/topology.hpp"
#include "stage_deck.hpp"

using namespace tessera;
using namespace tessera::test;
using data::Box;
using sim::md::Engine;
using sim::md::MdParams;

namespace {

using Counts = std::vector<std::int64_t>;

/// So many times one behind the other.
std::vector<double> repeated(const std::vector<double>& values, std::int64_t times) {
  std::vector<double> all;
  for (std::int64_t n = 0; n < times; ++n) all.insert(all.end(), values.begin(), values.end());
  return all;
}

/// Inside the box; images do not tell.
Molecules wrapped(Molecules molecules) {
  auto& x = molecules.sample.x;
  for (std::size_t n = 0; n < x.size(); n += 3) {
    data::Vec3 place{x[n], x[n + 1], x[n + 2]};
    molecules.sample.box.wrap(place);
    for (std::size_t c = 0; c < 3; ++c) x[n + c] = place[static_cast<int>(c)];
  }
  return molecules;
}

Engine molecule_engine(const Molecules& molecules, const Counts& counts) {
  auto system = make_molecule_system(molecules, comm());
  sim::md::attach_topology(system);
  sim::md::replicate(system, counts);
  sim::md::find_excluded_pairs(system, sim::md::excluded_kinds(molecules.params.special));
  auto field = molecule_field(molecules, system);
  Engine engine(std::move(system), make_units("lj"), std::move(field), {.skin = molecules.skin}, molecules.dt);
  engine.start();
  return engine;
}

/// Forces, velocities and the potential energy a particle.
void check_like(const Engine& original, const Engine& copies, const Counts& counts) {
  const auto times = sim::md::num_copies(counts);
  REQUIRE(copies.num_global() == times * original.num_global());
  const auto force = gather(original, "force");
  CHECK(max_difference(gather(copies, "force"), repeated(force, times)) < 1e-11 * rms(force));
  CHECK(gather(copies, "velocity") == repeated(gather(original, "velocity"), times));
  CHECK_THAT(copies.totals().potential / static_cast<double>(times), WithinRel(original.totals().potential, 1e-11));
  CHECK(copies.system().box.volume() == Approx(static_cast<double>(times) * original.system().box.volume()));
}

sim::StageContext context_of(const data::System& earlier) {
  return {comm(), "copies", 7, [&](const std::string&) { return &earlier; }};
}

}  // namespace

TEST_CASE("copies of a crystal feel what the crystal feels, and open sides stay where they are", "[md]") {
  auto sample = fcc_sample(4, 0.9, 1.0, 0.08);
  const double edge = sample.box.cell[0][0];
  const bool is_open = GENERATE(false, true);
  const double vectors[3][3] = {{edge, 0, 0}, {0.3 * edge, edge, 0}, {-0.2 * edge, 0.1 * edge, is_open ? 40.0 : edge}};
  for (std::size_t n = 0; n < sample.x.size(); n += 3) {  // the crystal sheared with the box
    const double y = sample.x[n + 1], z = sample.x[n + 2];
    sample.x[n] += 0.3 * y - (is_open ? 0.0 : 0.2 * z);
    sample.x[n + 1] += is_open ? 0.0 : 0.1 * z;
  }
  sample.box = Box::triclinic({0, 0, 0}, vectors, {true, true, !is_open});
  const auto original = make_system(sample, comm());
  MdParams params;
  params.data = "before";
  params.replicate = {2, 1, 3};
  const auto alike = [&](sim::md::ForceField field, data::System system) {
    Engine started(std::move(system), make_units("lj"), std::move(field), {.skin = 0.3}, 0.005);
    started.start();
    return started;
  };
  const auto small = alike(lennard_jones_field(lj(2.5)), make_system(sample, comm()));
  const auto large =
      alike(lennard_jones_field(lj(2.5)), sim::md::make_system(context_of(original), params, make_units("lj")));
  check_like(small, large, params.replicate);
  CHECK(gather(large, "position").size() == 6 * sample.x.size());
  // Copy k of a particle lies k cells further.
  const auto here = gather(small, "position"), there = gather(large, "position");
  for (std::size_t n = 0; n < here.size(); ++n) {
    const std::size_t c = n % 3;
    REQUIRE_THAT(there[5 * here.size() + n],
                 WithinAbs(here[n] + sample.box.cell[0][c] + 2.0 * sample.box.cell[2][c], 1e-11));
  }
}

TEST_CASE("molecules across the sides of the box are bound to the next copy", "[md]") {
  const bool is_wrapped = GENERATE(false, true);
  const Counts counts = GENERATE(Counts{2, 1, 3}, Counts{2, 2, 2});
  const auto chain = chains(skewed(9.0), 20, 8, 91);
  const auto molecules = is_wrapped ? wrapped(chain) : chain;
  const auto original = molecule_engine(molecules, {}), copies = molecule_engine(molecules, counts);
  check_like(original, copies, counts);
  if (is_wrapped) return;
  // Those that were whole still are.
  const auto x = gather(copies, "position");
  double longest = 0.0;
  for (std::size_t n = 0; n < x.size() / 3; ++n)
    if (n % 8 != 0) {
      const std::size_t k = 3 * n;
      longest = std::max(longest, std::hypot(x[k] - x[k - 3], x[k + 1] - x[k - 2], x[k + 2] - x[k - 1]));
    }
  CHECK(longest < 1.5);
}

TEST_CASE("a chain without ends leads from copy to copy", "[md]") {
  Molecules molecules;
  molecules.sample.box = Box::orthogonal({0, 0, 0}, {4, 6, 6});
  const double heights[] = {3.0, 3.35, 3.1, 3.5};  // no three beads in line: forces of their angle have no bound
  for (int n = 0; n < 4; ++n) {
    molecules.sample.x.insert(molecules.sample.x.end(), {0.5 + n, 3.0, heights[n]});
    molecules.add("bonds", {1, 1 + n, 1 + (n + 1) % 4});
    molecules.add("angles", {1, 1 + n, 1 + (n + 1) % 4, 1 + (n + 2) % 4});
  }
  molecules.sample.v.assign(12, 0.0);
  molecules.table = lj(2.0);
  molecules.params.bonds.resize(1);
  molecules.params.bonds[0].k = 50.0;
  molecules.params.bonds[0].length = 0.9;
  molecules.params.angles = {{1, sim::md::AngleKind::harmonic, 12.0, 150.0, {}, {}}};
  molecules.params.special.lj = {0.0, 0.25, 1.0};
  // Two cells as the beginning: in one alone a bead has the same neighbour on both sides of an angle's.
  const auto two = molecule_engine(molecules, {2, 1, 1}), six = molecule_engine(molecules, {6, 1, 2});
  const auto force = gather(two, "force");
  CHECK(max_difference(gather(six, "force"), repeated(force, 6)) < 1e-11 * rms(force));
  CHECK_THAT(six.totals().potential, WithinRel(6.0 * two.totals().potential, 1e-11));
}

TEST_CASE("drawn velocities differ from copy to copy", "[md]") {
  const auto original = make_system(fcc_sample(3, 0.9, 1.0), comm());
  MdParams params;
  params.data = "before";
  params.replicate = {1, 2, 1};
  params.velocity = sim::md::VelocityParams{1.3};
  const Engine engine(sim::md::make_system(context_of(original), params, make_units("lj")), make_units("lj"), {}, {},
                      0.005);
  const auto v = gather(engine, "velocity");
  const std::vector<double> first(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2)),
      second(v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
  CHECK(max_difference(first, second) > 1.0);
}

TEST_CASE("counts of copies that make no sense are refused", "[md][bad]") {
  const auto message = [](const std::string& keys) { return complaint_about<MdParams>(keys); };
  CHECK_THAT(message("data = \"a\"\nreplicate = [0, 1, 1]\n"), Contains("replicate"));
  CHECK_THAT(message("data = \"a\"\nreplicate = [2, -1, 1]\n"), Contains("replicate"));
  CHECK_THAT(message("data = \"a\"\nreplicate = [2, 2]\n"), Contains("three numbers") && Contains("there are 2"));
  CHECK_THAT(message("replicate = [2, 2, 2]\n[stage.lattice]\ndensity = 0.8\n"), Contains("use cells"));
  CHECK(message("data = \"a\"\nreplicate = [2, 2, 2]\n") == "no error");
  auto system = make_system(fcc_sample(2, 0.9, 1.0), comm());
  CHECK_THROWS_WITH(sim::md::replicate(system, {1 << 20, 1 << 20, 1 << 20}), Contains("more than can be numbered"));
  CHECK_THROWS_WITH(sim::md::replicate(system, {1 << 20, 1 << 20, 1}), Contains("particles"));
}
