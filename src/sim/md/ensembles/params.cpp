#include "sim/md/ensembles/params.hpp"

#include <cmath>

#include "math/line_search.hpp"
#include "sim/md/ensembles/langevin.hpp"
#include "sim/md/ensembles/lbfgs.hpp"
#include "sim/md/ensembles/rescaling.hpp"

namespace tessera::sim::md {

using deck::Binder;

namespace {

constexpr std::int64_t default_chain = 3;
constexpr deck::Limits chain_length{.low = 1, .high = 100};

std::unique_ptr<Coupling> make_thermostat(const ThermostatParams& params, const Ramp& ramp, std::uint32_t seed) {
  if (params.kind == ThermostatKind::langevin) return make_langevin(ramp, params.friction.value(), seed);
  const RescalingTarget target{ramp, params.time.value(), params.stop_drift};
  if (params.kind == ThermostatKind::csvr) return make_csvr(target, seed);
  if (params.kind == ThermostatKind::berendsen) return make_berendsen_thermostat(target);
  return make_nose_hoover(target, static_cast<int>(params.chain.value_or(default_chain)),
                          static_cast<int>(params.parts.value_or(1)));
}

}  // namespace

void bind(Binder& b, ThermostatParams& p) {
  b.choice("kind", p.kind,
           {{"nose_hoover", ThermostatKind::nose_hoover},
            {"csvr", ThermostatKind::csvr},
            {"langevin", ThermostatKind::langevin},
            {"berendsen", ThermostatKind::berendsen}},
           {"Nose-Hoover chain; stochastic velocity rescaling (Bussi, Donadio, Parrinello); Langevin dynamics (BAOAB); "
            "Berendsen's rescaling, for equilibration only"});
  b.required("temperature");
  b.value("temperature", p.temperature, deck::non_negative, {"that the particles are kept at", "temperature"});
  b.value("temperature_end", p.temperature_end, deck::non_negative,
          {"temperature at the end of the stage, reached linearly; left out: no change", "temperature"});
  b.value("time", p.time, deck::positive, {"relaxation time; of all kinds but langevin", "time"});
  b.value("friction", p.friction, deck::positive, {"of langevin: rate at which velocities are forgotten", "1/time"});
  b.value("stop_drift", p.stop_drift,
          {"of all kinds but langevin: first stop the motion of all particles together, which would be heated too"});
  b.value("chain", p.chain, chain_length, {"of nose_hoover: number of thermostats in a row; 3 if it is left out"});
  b.value("parts", p.parts, {.low = 1, .high = 5},
          {"of nose_hoover: 1 (if it is left out), or 3 or 5 parts in which the chain goes through a step (Suzuki, "
           "Yoshida)"});
  const bool is_langevin = p.kind == ThermostatKind::langevin, is_chain = p.kind == ThermostatKind::nose_hoover;
  b.check(p.time.has_value() || is_langevin, "kind", "this thermostat needs a time");
  b.check(!p.time.has_value() || !is_langevin, "time", "langevin takes a friction (1/time) instead of a time");
  b.check(p.friction.has_value() || !is_langevin, "kind", "langevin needs a friction");
  b.check(!p.friction.has_value() || is_langevin, "friction", "only langevin has a friction; give a time");
  b.check(!is_langevin || p.stop_drift, "stop_drift", "langevin leaves no drift as it was");
  b.check(is_chain || !p.chain, "chain", "only nose_hoover has a chain");
  b.check(is_chain || !p.parts, "parts", "only nose_hoover goes in parts");
  b.check(!p.parts || *p.parts % 2 == 1, "parts", "1, 3 or 5 are possible");
  const bool is_cold = p.temperature == 0.0 || (p.temperature_end && *p.temperature_end == 0.0);
  b.check(is_langevin || !is_cold, "temperature", "only langevin can take particles to temperature 0");
  if (!is_chain || b.is_describing()) return;
  if (!p.chain) p.chain = default_chain;
  if (!p.parts) p.parts = 1;
}

void bind(Binder& b, BarostatParams& p) {
  b.choice("kind", p.kind,
           {{"mtk", BarostatKind::mtk},
            {"stochastic_cell", BarostatKind::stochastic_cell},
            {"berendsen", BarostatKind::berendsen}},
           {"Martyna, Tobias and Klein's cell with a mass; stochastic cell rescaling (Bernetti and Bussi); Berendsen's "
            "rescaling, for equilibration only"});
  b.required("pressure");
  b.value("pressure", p.pressure, deck::any, {"that the box is kept at", "pressure"});
  b.choice("coupling", p.coupling,
           {{"isotropic", BoxCoupling::isotropic},
            {"anisotropic", BoxCoupling::anisotropic},
            {"triclinic", BoxCoupling::triclinic}},
           {"what may change: the volume; the lengths along x, y and z; all lengths and angles"});
  b.required("time");
  b.value("time", p.time, deck::positive, {"relaxation time of the box", "time"});
  b.value("compressibility", p.compressibility, deck::positive,
          {"of all kinds but mtk: rough isothermal compressibility, which scales the time", "1/pressure"});
  b.value("chain", p.chain, chain_length, {"of mtk: number of thermostats in a row for the box; 3 if it is left out"});
  b.value("every", p.every, {.low = 1},
          {"of all kinds but mtk: the box changes at multiples of this many steps; 1 if it is left out"});
  const bool is_mtk = p.kind == BarostatKind::mtk;
  b.check(is_mtk || p.compressibility.has_value(), "kind", "this barostat needs a compressibility");
  b.check(!is_mtk || !p.compressibility.has_value(), "compressibility", "mtk has none");
  b.check(is_mtk || !p.chain, "chain", "only mtk has a chain");
  b.check(!is_mtk || !p.every, "every", "mtk changes the box at every step");
  if (b.is_describing()) return;
  if (is_mtk && !p.chain) p.chain = default_chain;
  if (!is_mtk && !p.every) p.every = 1;
}

Ramp ramp_of(const ThermostatParams& params, std::int64_t steps) {
  return {params.temperature, params.temperature_end.value_or(params.temperature), steps};
}

void bind(Binder& b, MinimiseParams& p) {
  b.choice("method", p.method, {{"fire", MinimiseMethod::fire}, {"lbfgs", MinimiseMethod::lbfgs}},
           {"FIRE, damped dynamics, which takes any start and potentials that jump at their cutoff; L-BFGS with a line "
            "search (PETSc), which takes fewer evaluations of the forces"});
  b.check(p.method != MinimiseMethod::lbfgs || math::can_search_lines(), "method",
          "lbfgs takes PETSc's line search, which this program was built without (TESSERA_PETSC=OFF); use fire");
  b.required("force");
  b.value("force", p.force, deck::positive, {"ends where no particle feels a larger force", "energy/length"});
  b.value("longest_move", p.longest_move, deck::positive, {"of a particle in a step", "length"});
}

std::unique_ptr<Coupling> make_minimiser(const MinimiseParams& params) {
  return params.method == MinimiseMethod::lbfgs ? make_lbfgs(params) : make_fire(params);
}

Ensemble make_ensemble(const std::optional<ThermostatParams>& thermostat, const std::optional<BarostatParams>& barostat,
                       std::int64_t steps, const Units& units, double tail_pressure, std::uint32_t seed) {
  Ensemble ensemble;
  if (thermostat) ensemble.add(make_thermostat(*thermostat, ramp_of(*thermostat, steps), seed));
  if (!barostat) return ensemble;
  const PressureTarget target{barostat->pressure / units.pressure, barostat->time, barostat->coupling, tail_pressure};
  const double compressibility = barostat->compressibility.value_or(0.0) * units.pressure;
  if (barostat->kind == BarostatKind::berendsen) {
    ensemble.add(make_berendsen_barostat(target, compressibility, barostat->every.value_or(1)));
    return ensemble;
  }
  if (!thermostat) throw Error::input("this barostat needs a thermostat, for its temperature");
  const Ramp ramp = ramp_of(*thermostat, steps);
  if (barostat->kind == BarostatKind::mtk)
    ensemble.add(make_mtk(target, ramp, static_cast<int>(barostat->chain.value_or(default_chain)), 1));
  else
    ensemble.add(make_stochastic_cell(target, ramp, compressibility, barostat->every.value_or(1), seed));
  return ensemble;
}

}  // namespace tessera::sim::md
