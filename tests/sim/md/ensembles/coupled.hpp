// Engines with thermostats and barostats.
#pragma once

#include <string>

#include "samples.hpp"
#include "sim/md/ensembles/params.hpp"

namespace tessera::test {

using Ensemble = sim::md::Ensemble;

/// Temperature and, where not empty, pressure coupling of that kind ("mtk triclinic"), in units of Lennard-Jones.
struct Coupled {
  std::string thermostat = "csvr";  ///< nose_hoover, csvr, langevin, berendsen; empty: none
  double temperature = 1.0, time = 0.2;
  std::string barostat = {};  ///< mtk, stochastic_cell, berendsen; behind it anisotropic or triclinic
  double pressure = 1.0, barostat_time = 0.5, compressibility = 0.2;
  std::int64_t steps = 0;  ///< of the ramp
  bool stop_drift = true;
  double temperature_end = -1.0;  ///< of the ramp, if not negative
};
Ensemble make_ensemble(const Coupled& coupled);

/// Started.
sim::md::Engine make_coupled(const Sample& sample, const Setting& setting, const Coupled& coupled, const Comm& comm);
/// Not started.
sim::md::Engine make_unstarted(const Sample& sample, const Setting& setting, const Coupled& coupled, const Comm& comm);

/// Kinetic and potential energy, and that of the couplings.
double conserved_energy(const sim::md::Engine& engine);

/// Particles that do not see each other.
sim::md::PairTable no_forces();

}  // namespace tessera::test
