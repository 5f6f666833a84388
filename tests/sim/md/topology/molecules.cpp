#include "molecules.hpp"

#include <cmath>

#include "base/random.hpp"
#include "sim/md/forces/bonded.hpp"
#include "sim/md/forces/special_pairs.hpp"
#include "sim/md/topology/excluded_pairs.hpp"
#include "sim/md/topology/topology.hpp"
#include "sim/pair_force.hpp"

namespace tessera::test {

using data::Box;
using data::Vec3;
using sim::md::Engine;

namespace {

/// A direction that makes an angle between 60 and 150 degrees with the bond before.
Vec3 draw_step(const Random& random, std::uint64_t seed, std::uint64_t attempt, const Vec3& before) {
  for (std::uint32_t n = 0;; n += 2) {
    const auto a = random.normal(seed, attempt, n), b = random.normal(seed, attempt, n + 1);
    Vec3 step{a.first, a.second, b.first};
    const double length = std::sqrt(step[0] * step[0] + step[1] * step[1] + step[2] * step[2]);
    for (int c = 0; c < 3; ++c) step[c] *= (0.95 + 0.1 * std::abs(std::tanh(b.second))) / length;
    const double cosine = step[0] * before[0] + step[1] * before[1] + step[2] * before[2];
    if (cosine > -0.4 && cosine < 0.8) return step;
  }
}

bool is_free(const Box& box, const std::vector<double>& x, const Vec3& place) {
  for (std::size_t n = 0; n < x.size(); n += 3) {
    const Vec3 d = box.minimum_image({place[0] - x[n], place[1] - x[n + 1], place[2] - x[n + 2]});
    if (d[0] * d[0] + d[1] * d[1] + d[2] * d[2] < 0.64) return false;
  }
  return true;
}

/// Grows one chain; returns false where it is stuck.
bool grow(const Box& box, const Random& random, std::uint64_t seed, std::uint64_t& attempt, int length,
          std::vector<double>& x) {
  const std::size_t begin = x.size();
  const auto u = random.uniform(seed, ++attempt, 0), w = random.uniform(seed, attempt, 1);
  Vec3 place = box.to_cartesian({u.first, u.second, w.first}), before{0, 0, 0};
  for (int n = 0, tries = 0; n < length && tries < 200; ++tries) {
    if (is_free(box, x, place)) {
      x.insert(x.end(), {place[0], place[1], place[2]});
      ++n;
    } else if (x.size() == begin) {
      break;
    } else {
      for (int c = 0; c < 3; ++c) place[c] -= before[c];
    }
    before = draw_step(random, seed, ++attempt, before);
    for (int c = 0; c < 3; ++c) place[c] += before[c];
  }
  if (x.size() == begin + 3 * static_cast<std::size_t>(length)) return true;
  x.resize(begin);
  return false;
}

void set_parameters(sim::md::MoleculeParams& p) {
  using namespace sim::md;
  const auto bond = [&](std::int64_t type, BondKind kind) -> BondParams& {
    p.bonds.push_back({});
    p.bonds.back().type = type;
    p.bonds.back().kind = kind;
    return p.bonds.back();
  };
  auto& harmonic = bond(1, BondKind::harmonic);
  harmonic.k = 120.0;
  harmonic.length = 1.02;
  auto& morse = bond(2, BondKind::morse);
  morse.depth = 40.0;
  morse.alpha = 1.7;
  morse.length = 0.98;
  auto& fene = bond(3, BondKind::fene);
  fene.k = 30.0;
  fene.max_length = 1.5;
  fene.epsilon = 1.0;
  fene.sigma = 0.95;
  p.angles.push_back({1, AngleKind::harmonic, 12.0, 110.0, {}, {}});
  p.angles.push_back({2, AngleKind::charmm, 9.0, 180.0, 4.0, 1.7});
  p.dihedrals.push_back({1, DihedralKind::opls, {1.3, -0.4, 0.9, 0.25}, {}, {}, {}});
  p.dihedrals.push_back({2, DihedralKind::harmonic, {0.8}, 3, -1, {}});
  p.dihedrals.push_back({3, DihedralKind::charmm, {0.6}, 2, {}, 35.0});
  p.impropers.push_back({1, ImproperKind::harmonic, 1.5, 40.0, {}, {}});
  p.impropers.push_back({2, ImproperKind::cvff, 0.7, {}, 2, -1});
  p.special.lj = {0.0, 0.25, 0.5};
}

}  // namespace

void Molecules::add(const std::string& name, const std::vector<std::int64_t>& row) {
  for (auto& table : topology)
    if (table.name == name) {
      table.rows.insert(table.rows.end(), row.begin(), row.end());
      return;
    }
  topology.push_back({name, static_cast<int>(row.size()) - 1, row});
}

data::System make_molecule_system(const Molecules& molecules, const Comm& comm) {
  data::System system = make_system(molecules.sample, comm);
  for (const auto& table : molecules.topology) {
    data::TopologyTable mine{table.name, table.ids_per_row, {}};
    const auto width = static_cast<std::size_t>(table.ids_per_row) + 1;
    for (std::size_t n = 0; n * width < table.rows.size(); ++n)
      if (static_cast<int>((n / 3) % static_cast<std::size_t>(comm.size())) == comm.rank())
        for (std::size_t k = 0; k < width; ++k) mine.rows.push_back(table.rows[n * width + k]);
    system.topology.push_back(std::move(mine));
  }
  return system;
}

sim::md::ForceField molecule_field(const Molecules& molecules, const data::System& system) {
  sim::md::ForceField field;
  field.add(sim::make_lennard_jones(molecules.table));
  add_bonded_forces(field, molecules.params, system);
  if (auto special = make_special_lennard_jones(molecules.table, molecules.params.special))
    field.add(std::move(special));
  return field;
}

namespace {

Engine make_any_engine(const Molecules& molecules, const Comm& comm, data::Int3 grid) {
  data::System system = make_molecule_system(molecules, comm);
  sim::md::attach_topology(system);
  sim::md::find_excluded_pairs(system, sim::md::excluded_kinds(molecules.params.special));
  sim::md::ForceField field = molecule_field(molecules, system);
  const sim::md::NeighbourParams lists{.skin = molecules.skin, .inner_skin = 0.5 * molecules.skin};
  return {std::move(system), make_units(molecules.units, Constants::lammps2021),
          std::move(field),  lists,
          molecules.dt,      grid};
}

}  // namespace

Engine make_molecule_engine(const Molecules& molecules, const Comm& comm, data::Int3 grid) {
  Engine engine = make_any_engine(molecules, comm, grid);
  engine.start();
  return engine;
}

Engine make_unstarted_engine(const Molecules& molecules, const Comm& comm) {
  return make_any_engine(molecules, comm, {0, 0, 0});
}

Molecules chains(const Box& box, int count, int length, std::uint64_t seed) {
  Molecules molecules;
  molecules.sample.box = box;
  const Random random(8, RandomPurpose::test);
  std::uint64_t attempt = 0;
  for (int n = 0; n < count; n += grow(box, random, seed, attempt, length, molecules.sample.x) ? 1 : 0) {
  }
  for (std::size_t k = 0; k < molecules.sample.x.size(); ++k)
    molecules.sample.v.push_back(random.normal(seed, k, 1000).first);
  for (std::int64_t n = 0; n < count; ++n)
    for (std::int64_t k = 0; k < length; ++k) {
      const std::int64_t id = n * length + k + 1;
      molecules.sample.type.push_back(static_cast<int>((n + k) % 2));
      if (k + 1 < length) molecules.add("bonds", {1 + id % 3, k % 2 == 0 ? id : id + 1, k % 2 == 0 ? id + 1 : id});
      if (k + 2 < length) molecules.add("angles", {1 + id % 2, id, id + 1, id + 2});
      if (k + 3 < length) molecules.add("dihedrals", {1 + id % 3, id, id + 1, id + 2, id + 3});
      if (k + 3 < length && id % 2 == 0) molecules.add("impropers", {1 + id / 2 % 2, id, id + 1, id + 3, id + 2});
    }
  molecules.sample.masses = {1.0, 1.5};
  molecules.table.num_types = 2;
  molecules.table.pairs = {{1.0, 0.9, 2.2}, {0.8, 0.85, 2.1}, {0.8, 0.85, 2.1}, {0.6, 0.8, 2.0}};
  molecules.table.truncation = sim::md::Truncation::energy;
  set_parameters(molecules.params);
  return molecules;
}

Box skewed(double edge) {
  const double vectors[3][3] = {{edge, 0, 0}, {-0.3 * edge, 0.9 * edge, 0}, {0.2 * edge, 0.3 * edge, 1.1 * edge}};
  return Box::triclinic({-1, 2, 0.5}, vectors);
}

}  // namespace tessera::test
