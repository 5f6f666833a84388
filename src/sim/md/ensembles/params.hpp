// What a deck says about temperature and pressure.
#pragma once

#include <cstdint>
#include <optional>

#include "deck/binder.hpp"
#include "sim/md/ensembles/barostat.hpp"
#include "sim/md/ensembles/fire.hpp"

namespace tessera::sim::md {

enum class ThermostatKind { nose_hoover, csvr, langevin, berendsen };

struct ThermostatParams {
  ThermostatKind kind = ThermostatKind::csvr;
  double temperature = 1.0;
  std::optional<double> temperature_end;
  std::optional<double> time, friction;
  bool stop_drift = true;
  std::optional<std::int64_t> chain, parts;  ///< set once a deck is read, where they mean something
};
void bind(deck::Binder& binder, ThermostatParams& params);

enum class BarostatKind { mtk, stochastic_cell, berendsen };

struct BarostatParams {
  BarostatKind kind = BarostatKind::stochastic_cell;
  double pressure = 0.0;
  BoxCoupling coupling = BoxCoupling::isotropic;
  double time = 1.0;
  std::optional<double> compressibility;
  std::optional<std::int64_t> chain, every;  ///< likewise
};
void bind(deck::Binder& binder, BarostatParams& params);

void bind(deck::Binder& binder, MinimiseParams& params);
std::unique_ptr<Coupling> make_minimiser(const MinimiseParams& params);

/// Over a stage of that many steps.
Ramp ramp_of(const ThermostatParams& params, std::int64_t steps);

/// What all this makes of an engine. `tail_pressure`: tail corrections of the pressure, times volume^2, in the unit
/// energy * volume. Without any of the two, an ensemble in which nothing acts.
Ensemble make_ensemble(const std::optional<ThermostatParams>& thermostat, const std::optional<BarostatParams>& barostat,
                       std::int64_t steps, const Units& units, double tail_pressure, std::uint32_t seed);

}  // namespace tessera::sim::md
