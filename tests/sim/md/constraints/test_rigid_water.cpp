// Rigid water against a stored run of LAMMPS with SHAKE.
#include <cmath>

#include "catch.hpp"
#include "golden.hpp"
#include "rigid.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

RigidSample water(const std::string& model) {
  RigidSample one;
  const std::string file = "rigid_water.h5";
  one.sample.box = orthogonal_box(read_golden(file, model + "/box").values);
  one.sample.x = read_golden(file, model + "/x").part(0);
  one.sample.v = read_golden(file, model + "/v").part(0);
  for (const double type : read_golden(file, model + "/type").values)
    one.sample.type.push_back(static_cast<int>(type) - 1);
  one.sample.charge = read_golden(file, model + "/q").values;
  one.sample.masses = {15.9994, 1.008};
  const bool is_spce = model == "spce";
  add_rigid_bond(one, 1, is_spce ? 1.0 : 0.9572);
  add_rigid_angle(one, 1, is_spce ? 109.47 : 104.52);
  for (std::int64_t n = 1; n <= 648; n += 3) {
    one.bonds.insert(one.bonds.end(), {1, n, n + 1, 1, n, n + 2});
    one.angles.insert(one.angles.end(), {1, n + 1, n, n + 2});
  }
  one.params.units = "real";
  auto& pair = one.params.pair.emplace();
  pair.cutoff = 9.0;
  if (is_spce)
    pair.types = {{"A", 0.1553, 3.166}, {"B", 0.0, 1.0}};
  else
    pair.types = {{"A", 0.1521, 3.1507}, {"B", 0.0, 1.0}};
  one.params.molecules.special.coulomb = {0.0, 0.0, 0.0};
  auto& charges = one.params.charges.emplace();
  charges.method = sim::md::ChargeMethod::pppm;
  charges.cutoff = 9.0;
  charges.accuracy = 1e-6;
  charges.order = 5;
  one.params.neighbours.skin = 2.0;
  one.dt = 1.0;
  return one;
}

}  // namespace

TEST_CASE("Rigid water moves as in LAMMPS", "[md]") {
  const auto units = make_units("real", Constants::lammps2021);
  for (const char* model : {"spce", "tip3p"}) {
    CAPTURE(model);
    const auto molecules = water(model);
    auto engine = make_rigid_engine(molecules, comm());
    CHECK(engine.degrees_of_freedom() == 3.0 * 648.0 - 3.0 - 648.0);
    const auto thermo = read_golden("rigid_water.h5", std::string(model) + "/thermo");
    const double volume = engine.system().box.volume();
    double first = 0.0, energy_error = 0.0, pressure_error = 0.0;
    const auto compare = [&] {
      const auto step = static_cast<std::size_t>(engine.num_steps_done());
      const auto totals = engine.totals();
      const double temperature = 2.0 * totals.kinetic / (engine.degrees_of_freedom() * units.boltzmann);
      const double pressure = units.pressure *
                              (2.0 * totals.kinetic + totals.virial[0] + totals.virial[1] + totals.virial[2]) /
                              (3.0 * volume);
      if (step == 0) first = totals.kinetic + totals.potential;
      const double change = totals.kinetic + totals.potential - first;
      energy_error = std::max(energy_error, std::abs(change - (thermo(step, 3) - thermo(0, 3))));
      pressure_error = std::max(pressure_error, std::abs(pressure - thermo(step, 4)));
      if (step % 20 != 0) return;
      CAPTURE(step);
      CHECK_THAT(temperature, WithinRel(thermo(step, 0), 2e-4));
      CHECK_THAT(totals.potential, WithinRel(thermo(step, 1), 2e-5));
    };
    compare();
    advance(engine, 100, compare);
    // The same rise and fall of the energy, by up to 0.14; the mesh's share of the pressure differs by a constant.
    CHECK(energy_error < 0.01);
    CHECK(pressure_error < 8.0);
    CHECK(violation_of(molecules, engine).length < 1e-13);
    const auto x = gather(engine, "position"),
               expected = read_golden("rigid_water.h5", std::string(model) + "/x").part(1);
    double worst = 0.0;
    for (std::size_t n = 0; n < x.size(); ++n) {
      double d = x[n] - expected[n];
      const double edge = engine.system().box.height(0);
      d -= edge * std::round(d / edge);
      worst = std::max(worst, std::abs(d));
    }
    CHECK(worst < 1e-3);
  }
}
