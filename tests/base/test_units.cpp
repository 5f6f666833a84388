#include <cmath>

#include "base/error.hpp"
#include "base/units.hpp"
#include "catch.hpp"

using namespace tessera;

namespace {

bool is_close(double value, double expected, double tolerance) {
  return std::abs(value - expected) <= tolerance * std::abs(expected);
}

}  // namespace

TEST_CASE("reduced units have factors of one", "[base]") {
  for (const auto constants : {Constants::codata2018, Constants::lammps2021}) {
    const Units lj = make_units("lj", constants);
    REQUIRE(lj.boltzmann == 1.0);
    REQUIRE(lj.mass_velocity2 == 1.0);
    REQUIRE(lj.pressure == 1.0);
    REQUIRE(lj.coulomb == 1.0);
    REQUIRE(lj.si_length == 1.0);
  }
}

TEST_CASE("derived factors agree with values in print", "[base]") {
  const Units metal = make_units("metal");
  REQUIRE(is_close(metal.boltzmann, 8.617333262e-5, 1e-10));
  REQUIRE(is_close(metal.mass_velocity2, 1.036426966e-4, 1e-8));
  REQUIRE(is_close(metal.pressure, 1.602176634e6, 1e-12));
  REQUIRE(is_close(metal.coulomb, 14.39964548, 1e-9));
  const Units real = make_units("real");
  REQUIRE(is_close(real.boltzmann, 1.987204259e-3, 1e-9));
  REQUIRE(is_close(real.coulomb, 332.0637133, 1e-9));
  REQUIRE(is_close(make_units("si").coulomb, 8.9875517923e9, 1e-10));
}

TEST_CASE("the constants of LAMMPS differ from CODATA by rounding and age only", "[base]") {
  for (const auto* name : {"metal", "real", "si"}) {
    const Units ours = make_units(name);
    const Units theirs = make_units(name, Constants::lammps2021);
    REQUIRE(is_close(theirs.boltzmann, ours.boltzmann, 1e-5));
    REQUIRE(is_close(theirs.mass_velocity2, ours.mass_velocity2, 1e-5));
    REQUIRE(is_close(theirs.pressure, ours.pressure, 1e-5));
    REQUIRE(is_close(theirs.coulomb, ours.coulomb, 1e-5));
  }
}

TEST_CASE("one state expressed in two systems is the same state", "[base]") {
  const Units metal = make_units("metal");
  const Units real = make_units("real");
  const double electronvolt = 1.602176634e-19;
  const double kilocalorie_per_mole = 4184.0 / 6.02214076e23;
  const double joules_metal = metal.boltzmann * 300.0 * electronvolt;
  const double joules_real = real.boltzmann * 300.0 * kilocalorie_per_mole;
  REQUIRE(is_close(joules_metal, joules_real, 1e-14));
  const double velocity_ratio = (metal.si_length / metal.si_time) / (real.si_length / real.si_time);
  REQUIRE(is_close(metal.mass_velocity2 * electronvolt,
                   real.mass_velocity2 * velocity_ratio * velocity_ratio * kilocalorie_per_mole, 1e-14));
  REQUIRE(is_close(metal.pressure * 1e5 / electronvolt, real.pressure * 101325.0 / kilocalorie_per_mole, 1e-14));
}

TEST_CASE("unknown unit systems are refused by name", "[base]") {
  REQUIRE_THROWS_WITH(make_units("imperial"), "unknown unit system 'imperial'; expected lj, metal, real or si");
}
