// Unit systems of molecular simulation.
#pragma once

#include <string>

namespace tessera {

/// Factors that turn the natural combinations of a system's units into its energy and pressure.
/// Names and values of "lammps2021": the constants of that LAMMPS release, for comparisons; otherwise CODATA 2018.
struct Units {
  std::string name;             ///< lj, metal, real or si
  double boltzmann = 1.0;       ///< k_B, energy / temperature
  double mass_velocity2 = 1.0;  ///< energy of mass * velocity^2
  double pressure = 1.0;        ///< pressure of energy / volume
  double coulomb = 1.0;         ///< energy * length of charge^2
  std::string length_unit, time_unit, energy_unit, mass_unit, temperature_unit, pressure_unit;
  double si_length = 1.0, si_time = 1.0, si_mass = 1.0;  ///< in m, s, kg (1 for lj), written as unitSI
};

enum class Constants { codata2018, lammps2021 };

/// lj: eps, sigma, tau; metal: eV, A, ps, g/mol, bar; real: kcal/mol, A, fs, g/mol, atm; si: J, m, s, kg, Pa.
/// Throws Error (input) for another name.
Units make_units(const std::string& name, Constants constants = Constants::codata2018);

}  // namespace tessera
