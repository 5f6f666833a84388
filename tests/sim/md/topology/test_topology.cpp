// Topology on its way from tables to columns and forces, and what is said about topology that cannot be right.
#include <algorithm>
#include <map>

#include "catch.hpp"
#include "deck/deck.hpp"
#include "molecules.hpp"
#include "sim/md/topology/coefficients.hpp"
#include "sim/md/topology/excluded_pairs.hpp"
#include "sim/md/topology/topology.hpp"

using namespace tessera;
using namespace tessera::test;
using data::Box;
using namespace tessera::sim::md;

namespace {

/// Rows of a table on all ranks, sorted.
std::vector<std::vector<std::int64_t>> all_rows(const data::TopologyTable& table, const Comm& comm) {
  const auto width = static_cast<std::size_t>(table.ids_per_row) + 1;
  const auto* begin = reinterpret_cast<const std::byte*>(table.rows.data());
  std::vector<Comm::Message> outgoing;
  for (int rank = 0; rank < comm.size(); ++rank)
    outgoing.emplace_back(rank, std::vector<std::byte>(begin, begin + table.rows.size() * sizeof(std::int64_t)));
  std::vector<std::vector<std::int64_t>> rows;
  for (const auto& [rank, content] : comm.sparse_exchange(outgoing)) {
    const auto* words = reinterpret_cast<const std::int64_t*>(content.data());
    for (std::size_t n = 0; n < content.size() / sizeof(std::int64_t); n += width)
      rows.emplace_back(words + n, words + n + width);
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

Molecules some_chains() { return chains(Box::orthogonal({0, 0, 0}, {8, 7, 9}), 12, 6, 31); }

std::string complaint(const Molecules& molecules) {
  try {
    make_molecule_engine(molecules, comm());
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

template <class Type>
void remove_type(std::vector<Type>& types, std::int64_t type) {
  std::erase_if(types, [&](const Type& one) { return one.type == type; });
}

}  // namespace

TEST_CASE("Tables become columns, and columns the same tables", "[md]") {
  const auto molecules = some_chains();
  auto system = make_molecule_system(molecules, comm());
  attach_topology(system);
  CHECK(system.topology.empty());
  for (const auto& table : topology_of(system.particles)) {
    CAPTURE(table.name);
    const auto wanted = std::find_if(molecules.topology.begin(), molecules.topology.end(),
                                     [&](const auto& one) { return one.name == table.name; });
    REQUIRE(wanted != molecules.topology.end());
    auto all = *wanted;
    if (!comm().is_root()) all.rows.clear();
    CHECK(all_rows(table, comm()) == all_rows(all, comm()));
  }
}

TEST_CASE("Partners up to three bonds apart are found along bonds; rings count the short way", "[md]") {
  Molecules molecules;
  molecules.sample = random_sample(Box::orthogonal({0, 0, 0}, {10, 10, 10}), 8, 1.0, 4);
  // A ring of five with a tail of two on its first atom: 1-2-3-4-5-1, 1-6-7; 8 is free.
  for (const auto& [a, b] : {std::pair{1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 1}, {1, 6}, {6, 7}})
    molecules.add("bonds", {1, a, b});
  auto system = make_molecule_system(molecules, comm());
  attach_topology(system);
  find_excluded_pairs(system, {true, true, true});
  const auto column =
      Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), system.particles.get<std::int64_t>("excluded"));
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), system.particles.get<std::int64_t>("id"));
  const std::map<std::int64_t, std::map<std::int64_t, int>> expected{
      {1, {{2, 1}, {3, 2}, {4, 2}, {5, 1}, {6, 1}, {7, 2}}},
      {2, {{1, 1}, {3, 1}, {4, 2}, {5, 2}, {6, 2}, {7, 3}}},
      {3, {{1, 2}, {2, 1}, {4, 1}, {5, 2}, {6, 3}}},
      {4, {{1, 2}, {2, 2}, {3, 1}, {5, 1}, {6, 3}}},
      {5, {{1, 1}, {2, 2}, {3, 2}, {4, 1}, {6, 2}, {7, 3}}},
      {6, {{1, 1}, {2, 2}, {3, 3}, {4, 3}, {5, 2}, {7, 1}}},
      {7, {{1, 2}, {2, 3}, {5, 3}, {6, 1}}},
      {8, {}}};
  bool is_right = true;
  for (int i = 0; i < system.particles.num_owned(); ++i) {
    std::map<std::int64_t, int> found;
    for (std::size_t slot = 0; slot < column.extent(1); ++slot)
      if (const auto entry = column(i, slot); entry != 0) found[data::excluded_id(entry)] = data::excluded_bonds(entry);
    is_right = is_right && found == expected.at(id(i, 0));
  }
  REQUIRE_ALL(is_right);
}

TEST_CASE("What cannot be right about molecules is said on all ranks", "[md]") {
  auto molecules = some_chains();
  CHECK(complaint(molecules) == "no error");
  remove_type(molecules.params.bonds, 2);
  CHECK_THAT(complaint(molecules),
             Contains("the bond of particles") && Contains("is of type 2") && Contains("[[stage.bond]] with type = 2"));
  molecules = some_chains();
  molecules.params.angles.clear();
  CHECK_THAT(complaint(molecules), Contains("the system has angles") && Contains("[[stage.angle]]"));
  molecules = some_chains();
  molecules.add("bonds", {1, 3, 5000});
  CHECK_THAT(complaint(molecules), Contains("bonds name particle 5000, but there is none of that id"));
  molecules = some_chains();
  molecules.add("angles", {1, 3, 4, 7000});
  CHECK_THAT(complaint(molecules), Contains("angles name particle 7000"));
  molecules = some_chains();
  molecules.add("dihedrals", {1, 3, 4, 3, 5});
  CHECK_THAT(complaint(molecules), Contains("appears twice among 3, 4, 3, 5"));
  molecules = some_chains();
  molecules.params.bonds.push_back(molecules.params.bonds[0]);
  CHECK_THAT(complaint(molecules), Contains("gives type 1 of the bonds twice"));
}

TEST_CASE("A bond that is longer than FENE's limit, or than the lists reach, is named", "[md]") {
  Molecules molecules;
  molecules.sample.box = Box::orthogonal({0, 0, 0}, {12, 12, 12});
  molecules.sample.x = {1, 1, 1, 2.6, 1, 1};
  molecules.add("bonds", {1, 1, 2});
  molecules.table = lj(2.0);
  sim::md::BondParams fene;
  fene.kind = sim::md::BondKind::fene;
  fene.k = 30.0;
  fene.max_length = 1.5;
  fene.epsilon = fene.sigma = 1.0;
  molecules.params.bonds = {fene};
  CHECK_THAT(complaint(molecules), Contains("bonds of particles 1 and 2") && Contains("max_length"));
  molecules.sample.x[3] = 2.2;
  CHECK(complaint(molecules) == "no error");
  // Torn on the way.
  molecules.sample.v = {-40, 0, 0, 40, 0, 0};
  molecules.dt = 0.01;
  auto engine = make_molecule_engine(molecules, comm());
  CHECK_THROWS_WITH(advance(engine, 3), Contains("bonds of particles 1 and 2"));
  sim::md::BondParams harmonic;
  harmonic.k = 1.0;
  harmonic.length = 1.0;
  molecules.params.bonds = {harmonic};
  molecules.sample.v.clear();
  molecules.sample.x[3] = 6.0;
  CHECK_THAT(complaint(molecules),
             Contains("the bond of particles 1, 2") && Contains("further than 2.8") && Contains("neighbours.skin"));
}

TEST_CASE("Keys of molecules: kinds have their own, the deck goes before the file", "[md]") {
  const auto read = [](const std::string& keys) {
    auto deck = deck::Deck::parse("title = \"t\"\n[[stage]]\nname = \"a\"\ntype = \"any\"\n" + keys, "a.toml");
    sim::md::MoleculeParams params;
    std::string title;
    deck.read_top([&](deck::Binder& b) { b.value("title", title, {"title"}); });
    deck.read_stage(0, [&](deck::Binder& b) { bind_molecules(b, params); });
    deck.finish();
    return params;
  };
  const auto complaint_of = [&](const std::string& keys) -> std::string {
    try {
      read(keys);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  const auto params = read(
      "[[stage.bond]]\ntype = 2\nkind = \"fene\"\nk = 30\nmax_length = 1.5\nepsilon = 1\nsigma = 1\n"
      "[[stage.dihedral]]\ntype = 1\nkind = \"opls\"\nk = [1, 2, 3, 4]\n"
      "[stage.special]\nlj = [0, 0, 0.5]\n");
  CHECK(params.special.coulomb == std::vector<double>{0, 0, 0.5});
  data::System system(comm());
  system.coefficients = {{"bonds", "harmonic", 1, {5, 1}}, {"bonds", "harmonic", 2, {7, 1}}};
  const auto bonds = coefficients_of("bonds", params, system);
  REQUIRE(bonds.size() == 2);
  CHECK(bonds[0].style == "harmonic");
  CHECK(bonds[1].style == "fene");
  CHECK(bonds[1].values == std::vector<double>{30, 1.5, 1, 1});
  CHECK(coefficients_of("dihedrals", params, system).at(0).values == std::vector<double>{1, 2, 3, 4});
  CHECK_THAT(complaint_of("[[stage.bond]]\ntype = 1\nk = 1\n"), Contains("this kind needs length"));
  CHECK_THAT(complaint_of("[[stage.bond]]\ntype = 1\nk = 1\nlength = 1\nalpha = 2\n"), Contains("does not belong"));
  CHECK_THAT(complaint_of("[[stage.dihedral]]\ntype = 1\nkind = \"opls\"\nk = [1, 2]\n"), Contains("4 numbers"));
  CHECK_THAT(complaint_of("[[stage.improper]]\ntype = 1\nkind = \"cvff\"\nk = 1\nn = 2\nsign = 0\n"),
             Contains("1 or -1"));
  CHECK_THAT(complaint_of("[stage.special]\nlj = [0, 0]\n"), Contains("lj"));
  system.coefficients = {{"dihedrals", "charmm", 1, {0.2, 3, 0, 0.5}}};
  CHECK_THROWS_WITH(coefficients_of("dihedrals", {}, system), Contains("weight is 0.5"));
  system.coefficients = {{"bonds", "nonlinear", 1, {1, 2, 3}}};
  CHECK_THROWS_WITH(coefficients_of("bonds", {}, system), Contains("style 'nonlinear' is not known; harmonic, morse"));
  system.coefficients = {{"bonds", "", 1, {1, 2}}};
  CHECK_THROWS_WITH(coefficients_of("bonds", {}, system), Contains("does not say their style"));
  system.coefficients = {{"angles", "harmonic", 1, {1}}};
  CHECK_THROWS_WITH(coefficients_of("angles", {}, system), Contains("K theta0") && Contains("here are 1"));
  CHECK(to_text(sim::md::coefficients_from_text("bonds 1 - 0.1 2\nangles 2 charmm 1 2 3 4\n")) ==
        "bonds 1 - 0.1 2\nangles 2 charmm 1 2 3 4\n");
}
