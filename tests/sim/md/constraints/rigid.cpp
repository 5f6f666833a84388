#include "rigid.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/random.hpp"
#include "sim/md/charges/charge_sums.hpp"
#include "sim/md/constraints/constraints.hpp"
#include "sim/md/forces/make_field.hpp"
#include "sim/md/topology/excluded_pairs.hpp"
#include "sim/md/topology/topology.hpp"

namespace tessera::test {

using data::Vec3;
using sim::md::Engine;

namespace {

double dot(const Vec3& a, const Vec3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

/// Two directions at right angles.
std::pair<Vec3, Vec3> frame(const Random& random, std::uint64_t n) {
  const auto draw = [&](std::uint32_t k) {
    const auto a = random.normal(n, 0, k), b = random.normal(n, 0, k + 1);
    return Vec3{a.first, a.second, b.first};
  };
  const auto normalised = [](Vec3 v) {
    const double size = std::sqrt(dot(v, v));
    for (int c = 0; c < 3; ++c) v[c] /= size;
    return v;
  };
  const Vec3 a = normalised(draw(0));
  Vec3 b = draw(2);
  const double along = dot(a, b);
  for (int c = 0; c < 3; ++c) b[c] -= along * a[c];
  return {a, normalised(b)};
}

sim::md::Ensemble make_ensemble_of(const RigidSample& molecules, const data::System& system, const Units& units) {
  std::optional<sim::md::ThermostatParams> thermostat;
  std::optional<sim::md::BarostatParams> barostat;
  if (!molecules.thermostat.empty()) {
    thermostat.emplace();
    thermostat->kind = molecules.thermostat == "langevin" ? sim::md::ThermostatKind::langevin
                       : molecules.thermostat == "csvr"   ? sim::md::ThermostatKind::csvr
                                                          : sim::md::ThermostatKind::nose_hoover;
    thermostat->temperature = molecules.temperature;
    thermostat->time = 0.2;
    thermostat->friction = 2.0;
  }
  if (molecules.has_barostat) {
    barostat.emplace();
    barostat->pressure = 0.05;
    barostat->time = 0.5;
    barostat->compressibility = 5.0;
    barostat->every = 1;
  }
  auto ensemble = sim::md::make_ensemble(thermostat, barostat, 0, units, 0.0, 5);
  const auto rigid = rigid_types(molecules.params.molecules, system);
  if (rigid.any())
    ensemble.add(make_constraints(molecules.params.constraints.value_or(sim::md::ConstraintParams{}), rigid, {}));
  return ensemble;
}

}  // namespace

void add_rigid_bond(RigidSample& molecules, std::int64_t type, double length) {
  sim::md::BondParams bond;
  bond.type = type;
  bond.kind = sim::md::BondKind::rigid;
  bond.length = length;
  molecules.params.molecules.bonds.push_back(bond);
}

void add_rigid_angle(RigidSample& molecules, std::int64_t type, double degrees) {
  sim::md::AngleParams angle;
  angle.type = type;
  angle.kind = sim::md::AngleKind::rigid;
  angle.angle = degrees;
  molecules.params.molecules.angles.push_back(angle);
}

RigidSample zoo(int per_side, double spacing, double epsilon) {
  RigidSample all;
  const double edge = per_side * spacing;
  all.sample.box = data::Box::orthogonal({0, 0, 0}, {edge, edge, edge});
  all.sample.masses = {4.0, 1.0};
  add_rigid_bond(all, 1, 0.8);
  add_rigid_bond(all, 2, 0.7);
  add_rigid_angle(all, 1, 109.0);
  auto& pair = all.params.pair.emplace();
  pair.cutoff = 2.0;
  pair.truncation = sim::Truncation::force;
  pair.types = {{"A", epsilon, 0.8}, {"B", epsilon, 0.6}};
  all.params.neighbours.skin = 0.5;
  const Random random(11, RandomPurpose::test);
  const int count = per_side * per_side * per_side;
  for (int n = 0; n < count; ++n) {
    const auto [a, b] = frame(random, static_cast<std::uint64_t>(n));
    const Vec3 middle{(0.5 + n % per_side) * spacing, (0.5 + n / per_side % per_side) * spacing,
                      (0.5 + n / (per_side * per_side)) * spacing};
    const int kind = n % 6;  // numbers of partners 1 to 4, then triangles
    const bool is_triangle = kind >= 4;
    const int partners = is_triangle ? 2 : kind + 1;
    const auto id = static_cast<std::int64_t>(all.sample.size()) + 1;
    const auto place = [&](const Vec3& x, int type) {
      for (int c = 0; c < 3; ++c) all.sample.x.push_back(x[c]);
      all.sample.type.push_back(type);
    };
    place(middle, 0);
    for (int k = 0; k < partners; ++k) {
      const std::int64_t type = kind == 5 ? 1 + k : 1;  // the last kind has two different bonds
      const double angle = 109.0 * std::numbers::pi / 180.0 * k, length = type == 1 ? 0.8 : 0.7;
      Vec3 x{0, 0, 0};
      for (int c = 0; c < 3; ++c) x[c] = middle[c] + length * (std::cos(angle) * a[c] + std::sin(angle) * b[c]);
      place(x, 1);
      // In either direction: who comes first carries the bond.
      if (k % 2 == 0)
        all.bonds.insert(all.bonds.end(), {type, id, id + k + 1});
      else
        all.bonds.insert(all.bonds.end(), {type, id + k + 1, id});
    }
    if (is_triangle) all.angles.insert(all.angles.end(), {1, id + 1, id, id + 2});
  }
  for (std::size_t n = 0; n < all.sample.x.size(); ++n) all.sample.v.push_back(random.normal(n, 1, 0).first);
  return all;
}

data::System make_rigid_system(const RigidSample& molecules, const Comm& comm) {
  auto system = make_system(molecules.sample, comm);
  data::TopologyTable bonds{"bonds", 2, {}}, angles{"angles", 3, {}};
  if (comm.is_root()) {
    bonds.rows = molecules.bonds;
    angles.rows = molecules.angles;
  }
  system.topology = {bonds, angles};
  sim::md::attach_topology(system);
  sim::md::find_excluded_pairs(system, sim::md::excluded_kinds(molecules.params.molecules.special));
  find_clusters(system, rigid_types(molecules.params.molecules, system));
  return system;
}

Engine make_unstarted_rigid(const RigidSample& molecules, const Comm& comm) {
  auto system = make_rigid_system(molecules, comm);
  const auto units = make_units(molecules.params.units, Constants::lammps2021);
  auto sums = molecules.params.charges ? sim::md::charge_sums(system.particles) : sim::md::ChargeSums{};
  auto field = sim::md::make_force_field(molecules.params, system, units, sums);
  auto ensemble = make_ensemble_of(molecules, system, units);
  const double skin = molecules.params.neighbours.skin.value();
  Engine engine(std::move(system), units, std::move(field), {.skin = skin, .inner_skin = 0.5 * skin}, molecules.dt);
  engine.set_ensemble(std::move(ensemble));
  return engine;
}

Engine make_rigid_engine(const RigidSample& molecules, const Comm& comm) {
  auto engine = make_unstarted_rigid(molecules, comm);
  engine.start();
  return engine;
}

Violation violation_of(const RigidSample& molecules, const Engine& engine) {
  const auto x = gather(engine, "position"), v = gather(engine, "velocity");
  const auto& params = molecules.params.molecules;
  Violation worst;
  const auto look = [&](std::int64_t first, std::int64_t second, double length) {
    Vec3 d{0, 0, 0}, u{0, 0, 0};
    for (int c = 0; c < 3; ++c) {
      const auto i = static_cast<std::size_t>(3 * (first - 1) + c), j = static_cast<std::size_t>(3 * (second - 1) + c);
      d[c] = x[i] - x[j];
      u[c] = v[i] - v[j];
    }
    d = engine.system().box.minimum_image(d);
    worst.length = std::max(worst.length, std::abs(std::sqrt(dot(d, d)) / length - 1.0));
    worst.velocity = std::max(worst.velocity, std::abs(dot(d, u)) / length);
  };
  const auto length_of = [&](std::int64_t type) { return *params.bonds.at(static_cast<std::size_t>(type) - 1).length; };
  const auto& bonds = molecules.bonds;
  for (std::size_t at = 0; at < bonds.size(); at += 3) look(bonds[at + 1], bonds[at + 2], length_of(bonds[at]));
  const auto& angles = molecules.angles;
  for (std::size_t at = 0; at < angles.size(); at += 4) {
    double sides[2] = {};
    for (std::size_t b = 0; b < bonds.size(); b += 3)
      for (const std::size_t end : {1U, 3U})
        if ((bonds[b + 1] == angles[at + 2] && bonds[b + 2] == angles[at + end]) ||
            (bonds[b + 2] == angles[at + 2] && bonds[b + 1] == angles[at + end]))
          sides[end == 1U ? 0 : 1] = length_of(bonds[b]);
    const double angle = params.angles.at(0).angle * std::numbers::pi / 180.0;
    look(angles[at + 1], angles[at + 3],
         std::sqrt(sides[0] * sides[0] + sides[1] * sides[1] - 2.0 * sides[0] * sides[1] * std::cos(angle)));
  }
  return worst;
}

}  // namespace tessera::test
