// Bonded forces, exclusions and special pairs against stored numbers, plain sums and finite differences.
#include <array>
#include <cmath>
#include <map>
#include <tuple>

#include "brute_force.hpp"
#include "catch.hpp"
#include "golden.hpp"
#include "molecules.hpp"

using namespace tessera;
using namespace tessera::test;
using data::Box;
using data::Vec3;
using sim::md::Truncation;

namespace {

std::vector<std::int64_t> row_of(const Table& table, std::size_t n) {
  std::vector<std::int64_t> row;
  for (std::size_t k = 0; k < table.shape[1]; ++k) row.push_back(static_cast<std::int64_t>(table(n, k)));
  return row;
}

Molecules read_molecules(const std::string& file, const std::vector<std::string>& tables) {
  Molecules molecules;
  molecules.sample.box = orthogonal_box(read_golden(file, "box").values);
  molecules.sample.x = read_golden(file, "x").part(0);
  molecules.sample.v = read_golden(file, "v").part(0);
  for (const double type : read_golden(file, "type").values)
    molecules.sample.type.push_back(static_cast<int>(type) - 1);
  for (const auto& name : tables) {
    const auto table = read_golden(file, name);
    for (std::size_t n = 0; n < table.shape[0]; ++n) molecules.add(name, row_of(table, n));
  }
  return molecules;
}

/// Kremer and Grest's chains as stored.
Molecules fene_chains() {
  auto molecules = read_molecules("fene_chains.h5", {"bonds"});
  sim::md::BondParams bond;
  bond.kind = sim::md::BondKind::fene;
  bond.k = 30.0;
  bond.max_length = 1.5;
  bond.epsilon = 1.0;
  bond.sigma = 1.0;
  molecules.params.bonds = {bond};
  molecules.params.special.lj = {0.0, 1.0, 1.0};
  molecules.table = lj(1.12, Truncation::energy);
  molecules.dt = 0.006;
  return molecules;
}

Molecules benzene() {
  using namespace sim::md;
  auto molecules = read_molecules("benzene_opls.h5", {"bonds", "angles", "dihedrals", "impropers"});
  auto& p = molecules.params;
  p.bonds.resize(2);
  p.bonds[0].k = 469.0;
  p.bonds[0].length = 1.40;
  p.bonds[1].type = 2;
  p.bonds[1].k = 367.0;
  p.bonds[1].length = 1.08;
  p.angles = {{1, AngleKind::harmonic, 63.0, 120.0, {}, {}}, {2, AngleKind::harmonic, 35.0, 120.0, {}, {}}};
  p.dihedrals = {{1, DihedralKind::opls, {0.0, 7.25, 0.0, 0.0}, {}, {}, {}}};
  p.impropers = {{1, ImproperKind::cvff, 1.1, {}, 2, -1}};
  p.special.lj = {0.0, 0.0, 0.5};
  molecules.table.num_types = 2;
  const double mixed = std::sqrt(0.070 * 0.030), sigma = std::sqrt(3.55 * 2.42);
  molecules.table.pairs = {{0.070, 3.55, 10.0}, {mixed, sigma, 10.0}, {mixed, sigma, 10.0}, {0.030, 2.42, 10.0}};
  molecules.sample.masses = {12.011, 1.008};
  molecules.units = "real";
  molecules.dt = 0.5;
  return molecules;
}

/// Bonds between any two atoms along the shortest way, up to 3; else 4.
std::map<std::pair<std::size_t, std::size_t>, int> bonds_apart(const Molecules& molecules) {
  std::map<std::pair<std::size_t, std::size_t>, int> apart;
  std::vector<std::pair<std::size_t, std::size_t>> bonds;
  for (const auto& table : molecules.topology)
    for (std::size_t n = 0; table.name == "bonds" && n < table.rows.size(); n += 3) {
      const auto a = static_cast<std::size_t>(table.rows[n + 1] - 1),
                 b = static_cast<std::size_t>(table.rows[n + 2] - 1);
      bonds.insert(bonds.end(), {{a, b}, {b, a}});
      apart[{a, b}] = apart[{b, a}] = 1;
    }
  for (int length = 2; length <= 3; ++length) {
    const auto shorter = apart;
    for (const auto& [pair, before] : shorter)
      for (const auto& [from, to] : bonds)
        if (before == length - 1 && from == pair.second && to != pair.first)
          apart.emplace(std::pair{pair.first, to}, length);
  }
  return apart;
}

/// Coulomb forces and energy without images, three bonds apart by half.
double add_coulomb(const Molecules& molecules, const std::vector<double>& charge, std::vector<double>& force) {
  const auto apart = bonds_apart(molecules);
  const double constant = 332.06371;
  double energy = 0.0;
  const auto& x = molecules.sample.x;
  for (std::size_t i = 0; i < charge.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const auto found = apart.find({i, j});
      const double weight = found == apart.end() ? 1.0 : found->second == 3 ? 0.5 : 0.0;
      const Vec3 d{x[3 * i] - x[3 * j], x[3 * i + 1] - x[3 * j + 1], x[3 * i + 2] - x[3 * j + 2]};
      const double r2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
      const double part = weight * constant * charge[i] * charge[j] / std::sqrt(r2);
      energy += part;
      for (int c = 0; c < 3; ++c) {
        force[3 * i + static_cast<std::size_t>(c)] += part / r2 * d[c];
        force[3 * j + static_cast<std::size_t>(c)] -= part / r2 * d[c];
      }
    }
  return energy;
}

/// Energy of one term of the engine's field.
double energy_of(const sim::md::Engine& engine, const Molecules& molecules, const std::string& table) {
  Molecules only = molecules;
  only.topology.clear();
  for (const auto& one : molecules.topology)
    if (table == one.name) only.topology.push_back(one);
  for (auto& pair : only.table.pairs) pair.epsilon = 0.0;
  only.sample.v.clear();
  return make_molecule_engine(only, engine.system().particles.comm()).totals().potential;
}

/// Pairs that are close along bonds count by their weights, of several images the nearest.
BruteForce brute_force_pairs(const Molecules& molecules) {
  auto result = brute_force(molecules.sample, molecules.table);
  const auto apart = bonds_apart(molecules);
  const auto& x = molecules.sample.x;
  for (const auto& [pair, bonds] : apart) {
    const auto [i, j] = pair;
    if (i < j) continue;
    const Vec3 d = molecules.sample.box.minimum_image(
        {x[3 * i] - x[3 * j], x[3 * i + 1] - x[3 * j + 1], x[3 * i + 2] - x[3 * j + 2]});
    const double r2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
    const auto& p = molecules.table(molecules.sample.type[i], molecules.sample.type[j]);
    if (r2 >= p.cutoff * p.cutoff) continue;
    const double lost = molecules.params.special.lj[static_cast<std::size_t>(bonds) - 1] - 1.0;
    const auto potential = [&](double r) {
      return 4.0 * p.epsilon * (std::pow(p.sigma / r, 12) - std::pow(p.sigma / r, 6));
    };
    result.energy += lost * (potential(std::sqrt(r2)) - potential(p.cutoff));
    const double f = lost * 24.0 * p.epsilon *
                     (2.0 * std::pow(p.sigma * p.sigma / r2, 6) - std::pow(p.sigma * p.sigma / r2, 3)) / r2;
    const int first[] = {0, 1, 2, 0, 0, 1}, second[] = {0, 1, 2, 1, 2, 2};
    for (int n = 0; n < 6; ++n) result.virial[n] += f * d[first[n]] * d[second[n]];
    for (int c = 0; c < 3; ++c) {
      result.force[3 * i + static_cast<std::size_t>(c)] += f * d[c];
      result.force[3 * j + static_cast<std::size_t>(c)] -= f * d[c];
    }
  }
  return result;
}

}  // namespace

TEST_CASE("Bead-spring chains: stored forces, energies and virial", "[md]") {
  const auto molecules = fene_chains();
  const auto force = read_golden("fene_chains.h5", "f").part(0);
  const auto thermo = read_golden("fene_chains.h5", "thermo");
  const auto engine = make_molecule_engine(molecules, comm());
  CHECK(max_difference(gather(engine, "force"), force) < 1e-10 * rms(force));
  const auto totals = engine.totals();
  CHECK_THAT(totals.potential, WithinRel(thermo(0, 3), 1e-10));
  CHECK_THAT(totals.kinetic, WithinRel(thermo(0, 4), 1e-10));
  for (int n = 0; n < 6; ++n)
    CHECK_THAT(pressure_of(engine, totals, n), WithinAbs(thermo(0, static_cast<std::size_t>(n) + 9), 1e-10 * 20.0));
  CHECK_THAT(energy_of(engine, molecules, "bonds"), WithinRel(thermo(0, 7), 1e-10));
}

TEST_CASE("Bead-spring chains follow the stored run", "[md]") {
  const auto x = read_golden("fene_chains.h5", "x"), v = read_golden("fene_chains.h5", "v");
  const auto thermo = read_golden("fene_chains.h5", "thermo");
  auto engine = make_molecule_engine(fene_chains(), comm());
  const auto compare = [&](std::size_t step, double relative) {
    CAPTURE(step);
    const auto totals = engine.totals();
    CHECK_THAT(totals.potential, WithinRel(thermo(step, 3), relative));
    CHECK_THAT(totals.kinetic, WithinRel(thermo(step, 4), relative));
    CHECK_THAT(pressure_of(engine, totals), WithinAbs(thermo(step, 8), 10.0 * relative));
  };
  advance(engine, 10);
  compare(10, 1e-9);
  for (const std::size_t frame : {std::size_t{1}, std::size_t{2}}) {
    advance(engine, 50 * static_cast<std::int64_t>(frame) - engine.num_steps_done());
    compare(50 * frame, 1e-6);
    CHECK(max_difference(gather(engine, "position"), x.part(frame)) < (frame == 1 ? 1e-9 : 1e-7));
  }
}

TEST_CASE("Benzene: stored energies term by term, forces with charges added", "[md]") {
  const auto molecules = benzene();
  const auto thermo = read_golden("benzene_opls.h5", "thermo");
  const auto engine = make_molecule_engine(molecules, comm());
  auto force = gather(engine, "force");
  const auto charge = read_golden("benzene_opls.h5", "q").values;
  const double coulomb = add_coulomb(molecules, charge, force);
  CHECK_THAT(coulomb, WithinRel(thermo(0, 7), 1e-10));
  const char* tables[] = {"bonds", "angles", "dihedrals", "impropers"};
  double bonded = 0.0;
  for (std::size_t n = 0; n < 4; ++n) {
    CAPTURE(tables[n]);
    const double energy = energy_of(engine, molecules, tables[n]);
    CHECK_THAT(energy, WithinRel(thermo(0, 8 + n), 1e-10));
    bonded += energy;
  }
  CHECK_THAT(engine.totals().potential - bonded, WithinRel(thermo(0, 6), 1e-9));
  CHECK_THAT(engine.totals().potential + coulomb, WithinRel(thermo(0, 3), 1e-10));
  const auto expected = read_golden("benzene_opls.h5", "f").part(0);
  CHECK(max_difference(force, expected) < 1e-10 * rms(expected));
}

TEST_CASE("Torsions of every kind have LAMMPS' angles and signs", "[md]") {
  using namespace sim::md;
  Molecules molecules;
  molecules.sample.box = Box::orthogonal({0, 0, 0}, {20, 20, 20});
  molecules.sample.x = {5.1, 5.2, 5.0, 6.0, 5.3, 5.4, 6.5, 6.2, 5.1, 7.3, 6.1, 6.0};  // phi = 163.98 degrees
  molecules.table = lj(3.0);
  molecules.table.pairs[0].epsilon = 0.0;
  molecules.params.dihedrals = {{1, DihedralKind::opls, {1.3, -0.4, 0.9, 0.25}, {}, {}, {}},
                                {2, DihedralKind::harmonic, {0.8}, 3, -1, {}},
                                {3, DihedralKind::charmm, {0.6}, 2, {}, 35.0}};
  molecules.params.impropers = {{1, ImproperKind::harmonic, 1.5, 40.0, {}, {}},
                                {2, ImproperKind::cvff, 0.7, {}, 2, -1}};
  // Energies of the release of 29 September 2021.
  const std::tuple<const char*, std::int64_t, double> cases[] = {{"dihedrals", 1, 4 * 0.0536064729464},
                                                                 {"dihedrals", 2, 4 * 0.333656048556},
                                                                 {"dihedrals", 3, 4 * 0.208504375172},
                                                                 {"impropers", 1, 4 * 1.755805302},
                                                                 {"impropers", 2, 4 * 0.0266623335996}};
  for (const auto& [table, type, energy] : cases) {
    CAPTURE(table, type);
    molecules.topology.clear();
    molecules.add(table, {type, 1, 2, 3, 4});
    CHECK_THAT(make_molecule_engine(molecules, comm()).totals().potential, WithinRel(energy, 1e-10));
  }
}

TEST_CASE("Pairs that are close along bonds count by their weights, in boxes of any size", "[md]") {
  struct Case {
    std::string name;
    Box box;
    int count, length;
  };
  const Case cases[] = {{"wide", Box::orthogonal({0, 0, 0}, {9, 8, 7}), 30, 6},
                        {"skewed", skewed(7.0), 25, 6},
                        {"open", Box::orthogonal({0, 0, 0}, {8, 8, 8}, {true, false, false}), 20, 6},
                        {"narrow", Box::orthogonal({0, 0, 0}, {4.0, 4.1, 3.9}), 6, 3}};
  std::uint64_t seed = 1;
  for (const auto& [name, box, count, length] : cases)
    for (const bool one_type : {false, true}) {
      CAPTURE(name, one_type);
      auto molecules = chains(box, count, length, seed++);
      for (auto& bond : molecules.params.bonds) bond.k = bond.depth = bond.epsilon = 0.0;
      for (auto& angle : molecules.params.angles) angle.k = 0.0, angle.k_ub = 0.0;
      for (auto& dihedral : molecules.params.dihedrals) dihedral.k.assign(dihedral.k.size(), 0.0);
      for (auto& improper : molecules.params.impropers) improper.k = 0.0;
      if (one_type) {
        molecules.table = lj(2.2, Truncation::energy);
        molecules.table.pairs[0].sigma = 0.9;
        molecules.sample.type.assign(molecules.sample.type.size(), 0);
      }
      const auto expected = brute_force_pairs(molecules);
      const auto engine = make_molecule_engine(molecules, comm());
      CHECK(max_difference(gather(engine, "force"), expected.force) < 1e-10 * rms(expected.force));
      const auto totals = engine.totals();
      CHECK_THAT(totals.potential, WithinAbs(expected.energy, 1e-10 * std::abs(expected.energy)));
      for (int n = 0; n < 6; ++n)
        CHECK_THAT(totals.virial[n], WithinAbs(expected.virial[n], 1e-10 * std::abs(expected.virial[0])));
    }
}

TEST_CASE("Bonded forces are the gradient of the energy, kind by kind", "[md]") {
  const auto all = chains(Box::orthogonal({0, 0, 0}, {7, 6, 6.5}), 16, 7, 21);
  for (const auto& table : all.topology)
    for (std::int64_t type = 1; type <= 3; ++type) {
      Molecules molecules = all;
      molecules.topology.clear();
      for (auto& pair : molecules.table.pairs) pair.epsilon = 0.0;
      const auto width = static_cast<std::size_t>(table.ids_per_row) + 1;
      std::size_t atom = 0;
      for (std::size_t n = 0; n < table.rows.size(); n += width) {
        if (table.rows[n] != type) continue;
        molecules.add(table.name, {table.rows.begin() + static_cast<std::ptrdiff_t>(n),
                                   table.rows.begin() + static_cast<std::ptrdiff_t>(n + width)});
        atom = static_cast<std::size_t>(table.rows[n + 2] - 1);
      }
      if (molecules.topology.empty()) continue;
      CAPTURE(table.name, type);
      const auto force = gather(make_molecule_engine(molecules, comm()), "force");
      REQUIRE(rms(force) > 0.0);
      for (std::size_t k = 3 * atom - 3; k < 3 * atom + 3; ++k) {
        const double h = 1e-4;
        double slope = 0.0;
        for (const auto& [place, weight] : {std::pair{-2, 1.0}, {-1, -8.0}, {1, 8.0}, {2, -1.0}}) {
          auto moved = molecules;
          moved.sample.x[k] += place * h;
          slope += weight * make_molecule_engine(moved, comm()).totals().potential / (12.0 * h);
        }
        CHECK_THAT(force[k], WithinAbs(-slope, 1e-7 * rms(force)));
      }
    }
}

TEST_CASE("The virial of molecules is the derivative of the energy with strain", "[md]") {
  auto molecules = chains(skewed(6.5), 20, 6, 22);
  molecules.table.truncation = Truncation::force;
  const auto& sample = molecules.sample;
  const auto totals = make_molecule_engine(molecules, comm()).totals();
  const int first[] = {0, 1, 2, 0, 0, 1}, second[] = {0, 1, 2, 1, 2, 2};
  for (int n = 0; n < 6; ++n) {
    const double h = 1e-4;
    double slope = 0.0;
    for (const auto& [place, weight] : {std::pair{-2, 1.0}, {-1, -8.0}, {1, 8.0}, {2, -1.0}}) {
      auto strained = molecules;
      double cell[3][3];
      for (int d = 0; d < 3; ++d)
        for (int c = 0; c < 3; ++c)
          cell[d][c] = sample.box.cell[d][c] + (c == first[n] ? place * h * sample.box.cell[d][second[n]] : 0.0);
      Vec3 origin = sample.box.origin;
      origin[first[n]] += place * h * sample.box.origin[second[n]];
      strained.sample.box = Box::triclinic(origin, cell);
      for (std::size_t i = 0; i < sample.size(); ++i)
        strained.sample.x[3 * i + static_cast<std::size_t>(first[n])] +=
            place * h * sample.x[3 * i + static_cast<std::size_t>(second[n])];
      slope += weight * make_molecule_engine(strained, comm()).totals().potential / (12.0 * h);
    }
    CAPTURE(n);
    CHECK_THAT(totals.virial[n], WithinAbs(-slope, 1e-7 * (std::abs(totals.virial[0]) + std::abs(totals.potential))));
  }
}
