#include "base/units.hpp"

#include <fmt/core.h>

#include "base/error.hpp"

namespace tessera {

namespace {

// CODATA 2018; the first three are exact by definition of the SI.
constexpr double boltzmann_si = 1.380649e-23;             // J/K
constexpr double avogadro = 6.02214076e23;                // 1/mol
constexpr double elementary_charge = 1.602176634e-19;     // C
constexpr double vacuum_permittivity = 8.8541878128e-12;  // F/m
constexpr double coulomb_si = 1.0 / (4.0 * 3.14159265358979323846 * vacuum_permittivity);

constexpr double electronvolt = elementary_charge;          // J
constexpr double angstrom = 1e-10;                          // m
constexpr double femtosecond = 1e-15;                       // s
constexpr double picosecond = 1e-12;                        // s
constexpr double gram_per_mole = 1e-3 / avogadro;           // kg
constexpr double kilocalorie_per_mole = 4184.0 / avogadro;  // J
constexpr double bar = 1e5;                                 // Pa
constexpr double atmosphere = 101325.0;                     // Pa

/// Size of each unit of a system in SI.
struct Scale {
  double length = 1.0, time = 1.0, mass = 1.0, energy = 1.0, pressure = 1.0, charge = 1.0;
};

Units with_factors(Units units, const Scale& scale) {
  const double velocity = scale.length / scale.time;
  units.boltzmann = boltzmann_si / scale.energy;
  units.mass_velocity2 = scale.mass * velocity * velocity / scale.energy;
  units.pressure = scale.energy / (scale.length * scale.length * scale.length) / scale.pressure;
  units.coulomb = coulomb_si * scale.charge * scale.charge / (scale.length * scale.energy);
  units.si_length = scale.length;
  units.si_time = scale.time;
  units.si_mass = scale.mass;
  return units;
}

Units make_lj() {
  return {.name = "lj",
          .length_unit = "sigma",
          .time_unit = "tau",
          .energy_unit = "epsilon",
          .mass_unit = "m",
          .temperature_unit = "epsilon/k_B",
          .pressure_unit = "epsilon/sigma^3"};
}

Units make_metal(Constants constants) {
  Units units = with_factors({.name = "metal",
                              .length_unit = "A",
                              .time_unit = "ps",
                              .energy_unit = "eV",
                              .mass_unit = "g/mol",
                              .temperature_unit = "K",
                              .pressure_unit = "bar"},
                             {.length = angstrom,
                              .time = picosecond,
                              .mass = gram_per_mole,
                              .energy = electronvolt,
                              .pressure = bar,
                              .charge = elementary_charge});
  if (constants == Constants::lammps2021) {
    units.boltzmann = 8.617343e-5;
    units.mass_velocity2 = 1.0364269e-4;
    units.pressure = 1.6021765e6;
    units.coulomb = 14.399645;
  }
  return units;
}

Units make_real(Constants constants) {
  Units units = with_factors({.name = "real",
                              .length_unit = "A",
                              .time_unit = "fs",
                              .energy_unit = "kcal/mol",
                              .mass_unit = "g/mol",
                              .temperature_unit = "K",
                              .pressure_unit = "atm"},
                             {.length = angstrom,
                              .time = femtosecond,
                              .mass = gram_per_mole,
                              .energy = kilocalorie_per_mole,
                              .pressure = atmosphere,
                              .charge = elementary_charge});
  if (constants == Constants::lammps2021) {
    units.boltzmann = 0.0019872067;
    units.mass_velocity2 = 48.88821291 * 48.88821291;
    units.pressure = 68568.415;
    units.coulomb = 332.06371;
  }
  return units;
}

Units make_si(Constants constants) {
  Units units = with_factors({.name = "si",
                              .length_unit = "m",
                              .time_unit = "s",
                              .energy_unit = "J",
                              .mass_unit = "kg",
                              .temperature_unit = "K",
                              .pressure_unit = "Pa"},
                             Scale{});
  if (constants == Constants::lammps2021) {
    units.boltzmann = 1.3806504e-23;
    units.coulomb = 8.9876e9;
  }
  return units;
}

}  // namespace

Units make_units(const std::string& name, Constants constants) {
  if (name == "lj") return make_lj();
  if (name == "metal") return make_metal(constants);
  if (name == "real") return make_real(constants);
  if (name == "si") return make_si(constants);
  throw Error::input(fmt::format("unknown unit system '{}'; expected lj, metal, real or si", name));
}

}  // namespace tessera
