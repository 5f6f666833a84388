#include "coupled.hpp"

namespace tessera::test {

using namespace sim::md;

Ensemble make_ensemble(const Coupled& coupled) {
  std::optional<ThermostatParams> thermostat;
  std::optional<BarostatParams> barostat;
  if (!coupled.thermostat.empty()) {
    thermostat.emplace();
    thermostat->kind = coupled.thermostat == "nose_hoover" ? ThermostatKind::nose_hoover
                       : coupled.thermostat == "csvr"      ? ThermostatKind::csvr
                       : coupled.thermostat == "langevin"  ? ThermostatKind::langevin
                                                           : ThermostatKind::berendsen;
    thermostat->temperature = coupled.temperature;
    if (coupled.temperature_end >= 0.0) thermostat->temperature_end = coupled.temperature_end;
    thermostat->time = coupled.time;
    thermostat->friction = 1.0 / coupled.time;
    thermostat->stop_drift = coupled.stop_drift;
  }
  const auto has = [&](const char* word) { return coupled.barostat.find(word) != std::string::npos; };
  if (!coupled.barostat.empty()) {
    barostat.emplace();
    barostat->kind = has("mtk")               ? BarostatKind::mtk
                     : has("stochastic_cell") ? BarostatKind::stochastic_cell
                                              : BarostatKind::berendsen;
    barostat->coupling = has("anisotropic") ? BoxCoupling::anisotropic
                         : has("triclinic") ? BoxCoupling::triclinic
                                            : BoxCoupling::isotropic;
    barostat->pressure = coupled.pressure;
    barostat->time = coupled.barostat_time;
    barostat->compressibility = coupled.compressibility;
  }
  return sim::md::make_ensemble(thermostat, barostat, coupled.steps, make_units("lj"), 0.0, 4711);
}

Engine make_unstarted(const Sample& sample, const Setting& setting, const Coupled& coupled, const Comm& comm) {
  Engine engine(make_system(sample, comm), make_units("lj"), lennard_jones_field(setting.table), setting.neighbours,
                setting.dt, setting.grid, setting.balance);
  engine.set_ensemble(make_ensemble(coupled));
  return engine;
}

Engine make_coupled(const Sample& sample, const Setting& setting, const Coupled& coupled, const Comm& comm) {
  Engine engine = make_unstarted(sample, setting, coupled, comm);
  engine.start();
  return engine;
}

double conserved_energy(const Engine& engine) {
  const auto totals = engine.totals();
  return totals.kinetic + totals.potential + engine.ensemble().energy(engine);
}

PairTable no_forces() {
  PairTable table = lj(0.5);
  table.pairs[0].epsilon = 0.0;
  return table;
}

}  // namespace tessera::test
