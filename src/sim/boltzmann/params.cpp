#include "sim/boltzmann/params.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tessera::sim::boltzmann {

void bind(deck::Binder& b, CollisionFamily& family) { family.bind(b); }

void bind(deck::Binder& b, VelocityParams& p) {
  b.value("dimensions", p.dimensions, {.low = 1, .high = 3}, {"of velocity; at least as many as of space"});
  b.value("points", p.points, {.low = 4, .high = 512}, {"along each direction; even"});
  b.required("half_width");
  b.list("half_width", p.half_width, 0, deck::positive,
         {"of the cube of velocities: of each species, or one number for all", "velocity"});
  b.value("offset", p.offset, deck::unit_interval,
          {"of the first point from the cube's face, in spacings; mirrors need 0.5"});
  b.list("centre", p.centre, 3, deck::any, {"of the cube", "velocity"});
  b.choice("reduction", p.reduction,
           {{"none", Reduction::none}, {"axial", Reduction::axial}, {"planar", Reduction::planar}},
           {"with one dimension each of space and of velocity, the gas still has three: what flies across is kept as "
            "one function more (axial) or, where it moves along y, two (planar)"});
  b.check(p.points % 2 == 0, "points", fmt::format("{} is odd; expected an even number", p.points));
  b.check(p.reduction == Reduction::none || p.dimensions == 1, "reduction",
          "the grid of a reduced distribution has dimensions = 1");
}

namespace {

/// Names of the deck's own parameters and of the mesh's coordinates.
struct InitialOf {
  InitialParams& values;
  const BoltzmannParams& stage;
};

void bind(deck::Binder& b, InitialOf& p) {
  InitialParams& v = p.values;
  const auto names = p.stage.formula_names();
  b.value("species", v.species, {"its name; left out: the first one"});
  b.formula("density", v.density, names, {"number of particles per volume"});
  b.formulas("velocity", v.velocity, 3, names, {"mean along x, y and z", "velocity"});
  b.formula("temperature", v.temperature, names, {"the same along all directions", "temperature"});
  if (b.is_describing()) return;
  b.check(p.stage.species_of(v.species) >= 0, "species", fmt::format("there is no species '{}'", v.species));
}

void bind_space(deck::Binder& b, BoltzmannParams& p) {
  b.list("cells", p.cells, 0, {.low = 1, .high = 1 << 24},
         {"along x, y and z, as many numbers as there are dimensions; left out: a homogeneous gas"});
  b.list("length", p.length, 0, deck::positive, {"of the box along each of them; 1 if left out", "length"});
  b.list("low", p.low, 0, deck::any, {"lower end of each; 0 if left out", "length"});
  if (b.is_describing()) return;
  b.check(p.cells.size() <= 3, "cells", "space has at most three dimensions");
  if (p.length.empty()) p.length.assign(p.cells.size(), 1.0);
  if (p.low.empty()) p.low.assign(p.cells.size(), 0.0);
  b.check(p.length.size() == p.cells.size(), "length", "expected as many numbers as of cells");
  b.check(p.low.size() == p.cells.size(), "low", "expected as many numbers as of cells");
  for (const auto n : p.cells)
    b.check(n >= 4, "cells", fmt::format("{} cells along a direction; expected 4 or more, or one direction less", n));
}

void bind_gas_of(deck::Binder& b, BoltzmannParams& p) {
  b.value("boltzmann", p.boltzmann, deck::positive,
          {"k_B, in the units of masses, velocities and temperatures", "energy/temperature"});
  b.value("viscosity", p.viscosity, deck::positive,
          {"of the gas, for relaxation models; left out: what the kernel of its species gives", "pressure*time"});
  b.value("viscosity_temperature", p.viscosity_temperature, deck::positive,
          {"at which the gas has this viscosity", "temperature"});
  b.value("viscosity_exponent", p.viscosity_exponent, {.low = 0.0, .high = 2.0},
          {"viscosity grows as this power of temperature"});
  if (b.is_describing() || !p.viscosity || b.has("species") || b.has("pair")) {
    bind_gas(b, p.gas);
  } else {
    p.gas.species = {{.name = "gas"}};
  }
  if (b.is_describing()) return;
  b.check(p.num_species() <= max_species, "species",
          fmt::format("{} species; at most {} are possible", p.num_species(), max_species));
}

void bind_model(deck::Binder& b, BoltzmannParams& p) {
  if (p.collisions)
    b.choice("model", p.model,
             {{"bgk", Model::bgk},
              {"es_bgk", Model::es_bgk},
              {"shakhov", Model::shakhov},
              {"mixture", Model::mixture},
              {"boltzmann", Model::boltzmann}},
             {"how particles collide: relaxation models of a gas (bgk, es_bgk, shakhov) or of several (mixture), or "
              "the collision integral (boltzmann)"});
  else
    b.choice("model", p.model,
             {{"bgk", Model::bgk}, {"es_bgk", Model::es_bgk}, {"shakhov", Model::shakhov}, {"mixture", Model::mixture}},
             {"how particles collide: relaxation models of a gas (bgk, es_bgk, shakhov) or of several (mixture)"});
  if (b.is_describing() || p.model == Model::es_bgk || p.model == Model::shakhov)
    b.value("prandtl", p.prandtl, {.low = 0.5, .high = 2.0}, {"number of es_bgk and shakhov; bgk has 1"});
  if (p.collisions && (b.is_describing() || p.model == Model::boltzmann)) {
    b.table("collisions", *p.collisions, {"how the collision integral is evaluated"});
  }
  b.choice("scheme", p.reconstruction,
           {{"upwind", Reconstruction::upwind},
            {"van_leer", Reconstruction::van_leer},
            {"mc", Reconstruction::mc},
            {"third", Reconstruction::third},
            {"weno", Reconstruction::weno}},
           {"of free flight: order 1 (upwind), 2 with a limiter (van_leer, mc), 3 without (third), 5 (weno)"});
  b.choice("integrator", p.integrator,
           {{"automatic", Integrator::automatic},
            {"imex", Integrator::imex},
            {"penalised", Integrator::penalised},
            {"exponential", Integrator::exponential},
            {"rk2", Integrator::rk2},
            {"rk3", Integrator::rk3}},
           {"imex: collisions implicit; penalised, exponential: their like for the collision integral; rk2, rk3: all "
            "explicit; automatic: imex or exponential"});
  if (b.is_describing()) return;
  const bool is_integral = p.model == Model::boltzmann;
  const auto integrator = p.chosen_integrator();
  b.check(is_integral ? integrator != Integrator::imex
                      : integrator != Integrator::penalised && integrator != Integrator::exponential,
          "integrator",
          is_integral ? "the collision integral cannot be implicit; expected penalised, exponential, rk2 or rk3"
                      : "a relaxation model is implicit itself; expected imex, rk2 or rk3");
  b.check(p.model == Model::mixture || p.num_species() == 1, "model",
          "several species collide by model = \"mixture\" alone");
  b.check((p.model != Model::mixture && p.model != Model::boltzmann) || !p.viscosity, "viscosity",
          "this model takes kernels of species instead");
}

void bind_steps(deck::Binder& b, BoltzmannParams& p) {
  b.value("steps", p.steps, {.low = 0}, {"number of steps; left out: those that reach `time`"});
  b.value("time", p.time, deck::positive, {"at which the stage ends", "time"});
  b.value("dt", p.dt, deck::positive, {"step; left out: as `cfl` allows", "time"});
  b.value("cfl", p.cfl, {.low = 0.0, .high = 1.0, .open_low = true},
          {"part of the step in which the fastest particles cross a cell"});
  b.value("steady", p.steady, deck::positive,
          {"the stage ends where density, momentum and energy change by less than this share of themselves a time",
           "1/time"});
  if (b.is_describing()) return;
  b.check(p.steps || p.time, "steps", "how far? give steps or time");
  b.check(p.dt || !p.cells.empty(), "dt", "a homogeneous gas needs a step: nothing flies that would bound it");
}

void check_velocity(deck::Binder& b, const BoltzmannParams& p) {
  const auto& v = p.velocity;
  const auto space = p.cells.size();
  const auto widths = v.half_width.size(), species = p.gas.species.size();
  b.check(widths == 1 || widths == species, "velocity",
          fmt::format("half_width: {} numbers; expected one, or one for each of the {} species", widths, species));
  b.check(static_cast<std::size_t>(v.dimensions) >= space, "velocity",
          fmt::format("velocities of {} dimension(s) in space of {}; expected at least as many", v.dimensions, space));
  const bool is_reduced = v.reduction != Reduction::none;
  b.check(!is_reduced || space <= 1, "velocity", "a reduction is for one dimension of space");
  b.check(!is_reduced || p.model == Model::bgk || p.model == Model::es_bgk, "velocity",
          "reduced distributions relax by bgk or es_bgk");
  b.check(p.model != Model::boltzmann || v.dimensions == 3, "velocity",
          "the collision integral needs three dimensions of velocity");
  const auto& a = p.acceleration;
  const bool has_force = a[0] != 0.0 || a[1] != 0.0 || a[2] != 0.0;
  b.check(!has_force || !is_reduced || (v.reduction == Reduction::planar && a[0] == 0.0 && a[2] == 0.0), "acceleration",
          "a reduced gas can be accelerated along y alone, with reduction = \"planar\"");
  for (std::size_t d = 0; d < 3; ++d)
    b.check(is_reduced || a[d] == 0.0 || d < static_cast<std::size_t>(v.dimensions), "acceleration",
            "there are no velocities along that direction");
}

void check_sides(deck::Binder& b, const BoltzmannParams& p) {
  for (std::size_t d = 0; d < 3; ++d) {
    const auto &low = p.sides[2 * d], &high = p.sides[2 * d + 1];
    b.check((low.kind == SideKind::periodic) == (high.kind == SideKind::periodic), side_names[2 * d],
            fmt::format("one end of {} is periodic; expected both or none", "xyz"[d]));
    b.check(d < p.cells.size() || (low.kind == SideKind::periodic && high.kind == SideKind::periodic),
            side_names[2 * d], fmt::format("space does not extend along {}", "xyz"[d]));
    for (const auto* side : {&low, &high})
      b.check(side->density.size() == 1 || side->density.size() == p.gas.species.size(), side_names[2 * d],
              "density: expected one number, or one for each species");
  }
}

void check_step(deck::Binder& b, const BoltzmannParams& p) {
  const double largest = p.courant_step();
  if (!p.dt || !std::isfinite(largest)) return;
  const double allowed = p.cfl * largest;
  b.check(*p.dt <= allowed * (1.0 + 1e-12), "dt",
          fmt::format("the fastest particles cross {:.3g} cells in a step of {:.6g}; expected dt <= {:.6g} for cfl = "
                      "{:.3g}, more cells, or a smaller velocity.half_width",
                      *p.dt / largest, *p.dt, allowed, p.cfl));
}

}  // namespace

int BoltzmannParams::species_of(const std::string& name) const {
  if (name.empty()) return 0;
  for (std::size_t n = 0; n < gas.species.size(); ++n)
    if (gas.species[n].name == name) return static_cast<int>(n);
  return -1;
}

deck::FormulaNames BoltzmannParams::formula_names() const {
  deck::FormulaNames names;
  for (std::size_t d = 0; d < std::min<std::size_t>(3, cells.size()); ++d) names.variables.emplace_back(1, "xyz"[d]);
  names.parameters = deck::to_pairs(parameters);
  return names;
}

VelocityGrid BoltzmannParams::velocity_grid(int species) const {
  const auto n = velocity.half_width.size() == 1 ? 0 : static_cast<std::size_t>(species);
  VelocityGrid grid{velocity.dimensions, velocity.points, velocity.half_width[n], velocity.offset};
  std::copy(velocity.centre.begin(), velocity.centre.end(), grid.centre);
  return grid;
}

PhaseGrid BoltzmannParams::phase_grid(int species) const { return {velocity_grid(species), velocity.reduction}; }

Integrator BoltzmannParams::chosen_integrator() const {
  if (integrator != Integrator::automatic) return integrator;
  return model == Model::boltzmann ? Integrator::exponential : Integrator::imex;
}

double BoltzmannParams::courant_step() const {
  double most = 0.0;
  for (int species = 0; species < num_species(); ++species) {
    const auto grid = velocity_grid(species);
    double rate = 0.0;
    for (std::size_t d = 0; d < cells.size(); ++d) {
      const auto axis = static_cast<int>(d);
      const double fastest =
          std::max(std::abs(grid.coordinate(axis, 0)), std::abs(grid.coordinate(axis, grid.points - 1)));
      rate += fastest * static_cast<double>(cells[d]) / length[d];
    }
    if (velocity.reduction == Reduction::none)
      for (std::size_t d = 0; d < 3; ++d) rate += std::abs(acceleration[d]) / grid.spacing();
    most = std::max(most, rate);
  }
  // A half step of flight on both sides of the collisions.
  if (chosen_integrator() == Integrator::exponential) most *= 0.5;
  return most > 0.0 ? 1.0 / most : std::numeric_limits<double>::infinity();
}

double BoltzmannParams::step_length() const {
  const double longest = dt ? *dt : cfl * courant_step();
  if (!time) return longest;
  return *time / std::ceil(*time / longest * (1.0 - 1e-12));
}

std::int64_t BoltzmannParams::num_steps() const {
  if (steps) return *steps;
  return static_cast<std::int64_t>(std::llround(*time / step_length()));
}

void bind(deck::Binder& b, BoltzmannParams& p) {
  bind_space(b, p);
  bind_gas_of(b, p);
  bind_model(b, p);
  b.table("velocity", p.velocity, {"the grid of velocities"});
  bind_steps(b, p);
  b.list("acceleration", p.acceleration, 3, deck::any, {"of every particle", "velocity/time"});
  b.tables("parameter", p.parameters, {"numbers that formulas may use"});
  b.tables("initial", p.initial, {"Maxwellians that the start is the sum of; left out: density and temperature 1"},
           [&](deck::Binder& inner, InitialParams& element) {
             InitialOf of{element, p};
             bind(inner, of);
           });
  for (std::size_t n = 0; n < side_names.size(); ++n)
    b.table(side_names[n], p.sides[n], {"what happens at that side of the box"});
  if (b.is_describing()) return;
  if (p.initial.empty()) p.initial.emplace_back();
  if (p.velocity.half_width.empty() || p.cells.size() > 3 || p.length.size() != p.cells.size()) return;
  check_velocity(b, p);
  check_sides(b, p);
  if (p.velocity.half_width.size() != 1 && p.velocity.half_width.size() != p.gas.species.size()) return;
  check_step(b, p);
}

}  // namespace tessera::sim::boltzmann
