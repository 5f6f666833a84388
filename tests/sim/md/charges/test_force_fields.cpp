// Whole force fields with charges, as a deck gives them: water, whose molecules are left out of the sums, and silica.
#include <cmath>

#include "catch.hpp"
#include "golden.hpp"
#include "samples.hpp"
#include "sim/md/forces/make_field.hpp"
#include "sim/md/topology/excluded_pairs.hpp"
#include "sim/md/topology/topology.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::md::ChargeMethod;
using sim::md::MdParams;

namespace {

struct ForceFieldCase {
  Sample sample;
  std::string units;
  MdParams params;
  std::vector<std::vector<std::int64_t>> bonds, angles;  // type, ids
};

std::vector<int> types_of(const std::string& file, const std::string& dataset) {
  std::vector<int> types;
  for (const double type : read_golden(file, dataset).values) types.push_back(static_cast<int>(type) - 1);
  return types;
}

void set_charges_of(ForceFieldCase& one, ChargeMethod method, double cutoff, double accuracy) {
  auto& charges = one.params.charges.emplace();
  charges.method = method;
  charges.cutoff = cutoff;
  charges.accuracy = accuracy;
  charges.order = 5;
}

/// 216 molecules; oxygen first, whose bonds and angle have no strength.
ForceFieldCase water(ChargeMethod method, double accuracy) {
  ForceFieldCase one;
  one.units = "real";
  one.sample.box = orthogonal_box(read_golden("water.h5", "spce/box").values);
  one.sample.x = read_golden("water.h5", "spce/x").values;
  one.sample.type = types_of("water.h5", "spce/type");
  one.sample.charge = read_golden("water.h5", "spce/q").values;
  one.sample.masses = {15.9994, 1.008};
  for (std::int64_t n = 1; n <= 648; n += 3) {
    one.bonds.push_back({1, n, n + 1});
    one.bonds.push_back({1, n, n + 2});
    one.angles.push_back({1, n + 1, n, n + 2});
  }
  auto& pair = one.params.pair.emplace();
  pair.cutoff = 9.0;
  pair.types = {{"A", 0.1553, 3.166}, {"B", 0.0, 1.0}};
  sim::md::BondParams bond;
  bond.k = 0.0;
  bond.length = 1.0;
  one.params.molecules.bonds = {bond};
  sim::md::AngleParams angle;
  angle.angle = 109.47;
  one.params.molecules.angles = {angle};
  one.params.molecules.special.coulomb = {0.0, 0.0, 0.0};
  set_charges_of(one, method, 9.0, accuracy);
  return one;
}

ForceFieldCase silica(ChargeMethod method, double accuracy) {
  ForceFieldCase one;
  one.units = "metal";
  one.sample.box = orthogonal_box(read_golden("bks_silica.h5", "box").values);
  one.sample.x = read_golden("bks_silica.h5", "x").values;
  one.sample.type = types_of("bks_silica.h5", "type");
  one.sample.charge = read_golden("bks_silica.h5", "q").values;
  one.sample.masses = {28.0855, 15.9994};
  auto& buckingham = one.params.buckingham.emplace();
  buckingham.cutoff = 8.0;
  buckingham.truncation = sim::Truncation::none;
  buckingham.between = {{{"A", "B"}, {18003.7572, 4.87318, 133.5381}, {}}, {{"B", "B"}, {1388.7730, 2.76, 175.0}, {}}};
  set_charges_of(one, method, 8.0, accuracy);
  return one;
}

sim::md::Engine make_engine_of(ForceFieldCase one, const Comm& comm) {
  one.params.units = one.units;
  one.params.neighbours.skin = 1.0;
  auto system = make_system(one.sample, comm);
  if (!one.bonds.empty()) {
    data::TopologyTable bonds{"bonds", 2, {}}, angles{"angles", 3, {}};
    if (comm.is_root()) {
      for (const auto& row : one.bonds) bonds.rows.insert(bonds.rows.end(), row.begin(), row.end());
      for (const auto& row : one.angles) angles.rows.insert(angles.rows.end(), row.begin(), row.end());
    }
    system.topology = {bonds, angles};
    sim::md::attach_topology(system);
    sim::md::find_excluded_pairs(system, sim::md::excluded_kinds(one.params.molecules.special));
  }
  const auto units = make_units(one.units, Constants::lammps2021);
  auto field = sim::md::make_force_field(one.params, system, units, sim::md::charge_sums(system.particles));
  sim::md::Engine engine(std::move(system), units, std::move(field), {.skin = 1.0}, one.units == "real" ? 0.5 : 5e-4);
  engine.start();
  return engine;
}

double rms_of_vectors(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> difference(a.size());
  for (std::size_t n = 0; n < a.size(); ++n) difference[n] = a[n] - b[n];
  return rms(difference) * std::sqrt(3.0);  // of a particle's force
}

}  // namespace

TEST_CASE("Water and silica have the forces and energies of converged Ewald sums", "[md]") {
  const auto check = [](const ForceFieldCase& one, const std::string& file, const std::string& group) {
    const auto engine = make_engine_of(one, comm());
    const auto expected = read_golden(file, group + "f_exact").values;
    const auto energies = read_golden(file, group + "energies").values;
    CHECK(max_difference(gather(engine, "force"), expected) < 1e-8 * rms(expected));
    CHECK_THAT(engine.totals().potential, WithinRel(energies[0] + energies[1], 1e-8));
  };
  check(water(ChargeMethod::ewald, 1e-11), "water.h5", "spce/");
  check(silica(ChargeMethod::ewald, 1e-11), "bks_silica.h5", "");
}

TEST_CASE("A mesh gives the same forces to the accuracy that is asked for", "[md]") {
  for (const double accuracy : {1e-4, 1e-6}) {
    CAPTURE(accuracy);
    const auto check = [&](const ForceFieldCase& one, const std::string& file, const std::string& group,
                           double coulomb) {
      const auto engine = make_engine_of(one, comm());
      const auto expected = read_golden(file, group + "f_exact").values;
      // Both parts may have the error that is asked for.
      CHECK(rms_of_vectors(gather(engine, "force"), expected) < 3.0 * accuracy * coulomb);
    };
    check(water(ChargeMethod::pppm, accuracy), "water.h5", "spce/", 332.06371);
    check(silica(ChargeMethod::pppm, accuracy), "bks_silica.h5", "", 14.399645);
  }
}

TEST_CASE("Forces of charged molecules are the slope of their energy, whatever counts within them", "[md]") {
  for (const auto method : {ChargeMethod::ewald, ChargeMethod::dsf, ChargeMethod::cut}) {
    CAPTURE(static_cast<int>(method));
    auto one = water(method, 1e-10);
    one.params.pair->truncation = sim::Truncation::energy;
    if (method == ChargeMethod::dsf) one.params.charges->alpha = 0.25;
    one.params.molecules.special.lj = {0.0, 0.5, 0.0};
    one.params.molecules.special.coulomb = {0.3, 0.8, 0.0};
    const auto energy = [&](double shift) {
      auto moved = one;
      moved.sample.x[3 * 100 + 1] += shift;  // a hydrogen
      return make_engine_of(moved, comm()).totals().potential;
    };
    // Plainly cut charges jump where a pair crosses the cutoff: a short way.
    const double h = method == ChargeMethod::cut ? 1e-5 : 1e-4;
    const double slope = (energy(h) - energy(-h)) / (2.0 * h);
    const auto force = gather(make_engine_of(one, comm()), "force");
    CHECK_THAT(force[3 * 100 + 1], WithinAbs(-slope, method == ChargeMethod::cut ? 3e-4 : 1e-5));
  }
}

TEST_CASE("Charged molecules move alike on any number of ranks", "[md]") {
  for (const auto method : {ChargeMethod::ewald, ChargeMethod::pppm}) {
    const auto run = [&](const Comm& comm) {
      auto engine = make_engine_of(water(method, 1e-6), comm);
      advance(engine, 10);
      return gather(engine, "position");
    };
    const auto expected = alone(run);
    CHECK(max_difference(run(comm()), expected) < 1e-11);
  }
}
