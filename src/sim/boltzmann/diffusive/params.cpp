#include "sim/boltzmann/diffusive/params.hpp"

namespace tessera::sim::boltzmann::diffusive {

deck::FormulaNames line_names(const LinearKineticParams& params, bool with_velocity) {
  deck::FormulaNames names{{"x"}, deck::to_pairs(params.parameters), {}};
  if (with_velocity) names.variables.emplace_back("v");
  names.parameters.emplace_back("L", params.length);
  return names;
}

namespace {

void bind_start(deck::Binder& b, LineStart& p, const LinearKineticParams& all) {
  b.formula("density", p.density, line_names(all), {"rho(x, 0), where f is in equilibrium: rho(x, 0) M(v)"});
  b.formula("distribution", p.distribution, line_names(all, true),
            {"f(x, v, 0) / M(v) instead, a formula of x and v: initial data away from equilibrium"});
  b.check(b.is_describing() || p.distribution.empty() || !b.has("density"), "distribution",
          "give either density or distribution, not both");
}

/// A table whose formulas take the names of the stage.
struct StartTable {
  LineStart& start;
  const LinearKineticParams& all;
};
void bind(deck::Binder& binder, StartTable& table) { bind_start(binder, table.start, table.all); }

}  // namespace

void bind(deck::Binder& b, LinearKineticParams& p) {
  b.required("collisions");
  b.choice("collisions", p.collisions,
           {{"isotropic", LinearCollisions::isotropic}, {"fokker_planck", LinearCollisions::fokker_planck}},
           {"isotropic: Q f = sigma (rho - f) for velocities from -1 to 1 (cosines of directions); fokker_planck: "
            "Q f = sigma d_v (v f + T d_v f)"});
  b.required("eps");
  b.value("eps", p.eps, {.low = 1e-12, .high = 1e12},
          {"mean free path over the length that counts: eps d_t f + v d_x f - phi' d_v f = Q f / eps"});
  b.value("cells", p.cells, {.low = 8, .high = 0x1p30}, {"number of cells along x"});
  b.value("length", p.length, {.low = 1e-50, .high = 1e50}, {"x goes from 0 to this", "length"});
  b.choice("sides", p.sides, {{"periodic", LineSides::periodic}, {"reflecting", LineSides::reflecting}},
           {"periodic, or walls that turn v into -v"});
  b.value("velocities", p.velocities, {.low = 2, .high = max_velocities},
          {"number of velocities, even: nodes of Gauss and Legendre (isotropic) or Gauss and Hermite"});
  b.check(p.velocities % 2 == 0, "velocities", "an even number is needed, so that each velocity has its opposite");
  b.tables("parameter", p.parameters, {"a number that formulas may use"});
  b.formula("scattering", p.scattering, line_names(p), {"sigma(x) > 0: cross-section, or coefficient of friction"});
  const bool has_noise = b.is_describing() || p.collisions == LinearCollisions::fokker_planck;
  if (has_noise) {
    b.value("temperature", p.temperature, {.low = 1e-50, .high = 1e50}, {"T of fokker_planck, at unit mass"});
    b.formula("potential", p.potential, line_names(p),
              {"phi(x) of fokker_planck, with the same value at both ends where sides are periodic; left out: 0"});
  }
  StartTable start{p.start, p};
  b.table("start", start, {"f at t = 0"});
  b.choice("diffusion", p.diffusion, {{"explicit", DiffusionPart::explicitly}, {"implicit", DiffusionPart::implicitly}},
           {"how the diffusion that is left for small eps is stepped; explicit: dt goes with the square of a cell"});
  b.value("order", p.order, {.low = 1, .high = 2}, {"of the scheme in x and t"});
  b.value("duration", p.duration, deck::positive, {"time that the steps make up together", "time"});
  b.value("steps", p.steps, deck::non_negative,
          {"number of steps; left out: as many as make up duration. If both are given the steps are as long as those "
           "of the duration"});
  b.value("dt", p.dt, deck::positive, {"of a step; left out: as long as stability and accuracy let it be", "time"});
  b.check(b.is_describing() || p.duration.has_value() || p.steps.has_value(), "steps",
          "give duration or steps: how long it goes on");
  b.value("distribution", p.records_distribution,
          {"snapshots hold f / M too, at the middle of cells, one component a velocity"});
}

}  // namespace tessera::sim::boltzmann::diffusive
