#include "sim/dsmc/params.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tessera::sim::dsmc {

using deck::Binder;

namespace {

void bind_start(Binder& b, StartParams& p, const DsmcParams& stage) {
  const auto names = start_names(stage);
  b.value("species", p.species, {"its name; may be left out where there is only one"});
  b.formula("density", p.density, names, {"of particles", "1/length^3"});
  b.formulas("velocity", p.velocity, 3, names, {"mean of all three components", "velocity"});
  b.formula("temperature", p.temperature, names, {"at the start", "temperature"});
  b.value("shape", p.shape, {.low = 0.0, .high = 1.0 / 3.0},
          {"q of the isotropic distribution M (1 - 3 q + q m c^2/(k K)), M the Maxwellian of the temperature K = "
           "T/(1 + 2 q); 0: the Maxwellian of T"});
  if (b.is_describing()) return;
  if (p.species.empty() && stage.num_species() == 1) p.species = stage.gas.species.front().name;
  std::string known;
  for (const auto& one : stage.gas.species) known += (known.empty() ? "" : ", ") + one.name;
  b.check(stage.species_index(p.species) >= 0, "species",
          fmt::format("there is no species '{}'; expected one of {}", p.species, known));
}

void check_side(Binder& b, const DsmcParams& stage, std::size_t n) {
  const SideParams& side = *stage.sides[n];
  const std::size_t direction = n / 2;
  b.check(static_cast<int>(direction) < stage.dimensions(), side_names[n],
          fmt::format("space has {} directions (the numbers of `cells`): there is no side {}", stage.dimensions(),
                      side_names[n]));
  b.check(side.kind != SideKind::diffuse || side.velocity[direction] == 0.0, side_names[n],
          fmt::format("a wall moves along itself only; expected 0 as component {} of its velocity", direction + 1));
  b.check(
      side.kind != SideKind::inflow || static_cast<int>(side.density.size()) == stage.num_species(), side_names[n],
      fmt::format("{} densities; expected one for each of the {} species", side.density.size(), stage.num_species()));
}

void bind_sides(Binder& b, DsmcParams& p) {
  for (std::size_t n = 0; n < p.sides.size(); ++n)
    b.table(side_names[n], p.sides[n], {"what happens at that side of the box; left out: periodic"});
  if (b.is_describing()) return;
  for (std::size_t n = 0; n < p.sides.size(); ++n)
    if (p.sides[n]) check_side(b, p, n);
  const auto all = p.all_sides();
  for (std::size_t n = 0; n < all.size(); n += 2)
    b.check((all[n].kind == SideKind::periodic) == (all[n + 1].kind == SideKind::periodic),
            side_names[p.sides[n] ? n : n + 1],
            fmt::format("{} and {}: both are periodic, or none is; give the other one too", side_names[n],
                        side_names[n + 1]));
}

void bind_starts(Binder& b, DsmcParams& p) {
  b.tables("initial", p.initial,
           {"the gas at the start, one table a species or several that add up; left out for one species: density 1, "
            "temperature 1, at rest"},
           [&p](Binder& inner, StartParams& start) { bind_start(inner, start, p); });
  if (b.is_describing()) return;
  if (p.initial.empty() && p.num_species() == 1) p.initial = {{.species = p.gas.species.front().name}};
  for (const auto& species : p.gas.species) {
    const auto is_of = [&species](const StartParams& start) { return start.species == species.name; };
    const bool flows_in = std::any_of(p.sides.begin(), p.sides.end(), [](const std::optional<SideParams>& side) {
      return side && side->kind == SideKind::inflow;
    });
    b.check(flows_in || std::any_of(p.initial.begin(), p.initial.end(), is_of), "species",
            fmt::format("there is nothing of '{}' at the start; give a [[stage.initial]] with species = \"{}\"",
                        species.name, species.name));
  }
}

}  // namespace

std::array<SideParams, num_sides> DsmcParams::all_sides() const {
  std::array<SideParams, num_sides> all;
  for (std::size_t n = 0; n < all.size(); ++n) {
    all[n].kind = SideKind::periodic;
    if (sides[n]) all[n] = *sides[n];
  }
  return all;
}

data::Box DsmcParams::whole_box() const {
  const auto all = all_sides();
  const auto is_periodic = [&all](std::size_t d) { return all[2 * d].kind == SideKind::periodic; };
  return data::Box::orthogonal({box.low[0], box.low[1], box.low[2]}, {box.length[0], box.length[1], box.length[2]},
                               {is_periodic(0), is_periodic(1), is_periodic(2)});
}

std::vector<std::int64_t> DsmcParams::mesh_cells() const {
  return cells.empty() ? std::vector<std::int64_t>{1} : cells;
}

double DsmcParams::cell_volume() const {
  double volume = box.length[0] * box.length[1] * box.length[2];
  for (const auto count : cells) volume /= static_cast<double>(count);
  return volume;
}

int DsmcParams::species_index(const std::string& name) const {
  for (std::size_t n = 0; n < gas.species.size(); ++n)
    if (gas.species[n].name == name) return static_cast<int>(n);
  return -1;
}

deck::FormulaNames start_names(const DsmcParams& p) {
  deck::FormulaNames names;
  names.variables = {"x", "y", "z"};
  names.parameters = deck::to_pairs(p.parameters);
  return names;
}

void bind(Binder& b, SideParams& p) {
  b.choice("kind", p.kind,
           {{"diffuse", SideKind::diffuse},
            {"specular", SideKind::specular},
            {"inflow", SideKind::inflow},
            {"outflow", SideKind::outflow},
            {"periodic", SideKind::periodic}},
           {"diffuse: a wall that gives particles its temperature; specular: a mirror; inflow: a reservoir; outflow: a "
            "vacuum"});
  const bool is_diffuse = b.is_describing() || p.kind == SideKind::diffuse;
  const bool is_inflow = b.is_describing() || p.kind == SideKind::inflow;
  if (is_diffuse || is_inflow) {
    b.value("temperature", p.temperature, deck::positive, {"of a diffuse wall, or of the reservoir", "temperature"});
    b.list("velocity", p.velocity, 3, deck::any, {"of a diffuse wall, along itself, or of the reservoir", "velocity"});
  }
  if (is_diffuse)
    b.value("accommodation", p.accommodation, deck::unit_interval,
            {"share of particles that a diffuse wall takes in; it mirrors the others"});
  if (is_inflow)
    b.list("density", p.density, 0, deck::non_negative, {"of each species in the reservoir", "1/length^3"});
}

void bind(Binder& b, DsmcBoxParams& p) {
  b.list("low", p.low, 3, deck::any, {"corner", "length"});
  b.list("length", p.length, 3, {.low = data::Box::shortest, .high = data::Box::longest},
         {"of the edges; space may have fewer directions, and then nothing moves along the others", "length"});
}

void bind(Binder& b, SamplingParams& p) {
  b.value("start", p.start, {.low = 0}, {"steps before means over time begin", "steps"});
  b.value("every", p.every, {.low = 1}, {"steps between two that count", "steps"});
  b.value("blocks", p.blocks, {.low = 2, .high = 1000}, {"parts of that time, from whose scatter errors are told"});
}

void bind(Binder& b, DsmcParams& p) {
  b.value("particles", p.particles, {.low = 1, .high = 0x1p40},
          {"that are simulated at the start, but for rounding in each cell; all stand for as many real ones"});
  b.list("cells", p.cells, 0, {.low = 1, .high = 0x1p40},
         {"along each direction of space, one to three numbers; left out: a homogeneous gas in a single cell"});
  b.check(p.cells.size() <= 3, "cells", fmt::format("{} numbers; expected at most three", p.cells.size()));
  b.value("steps", p.steps, deck::non_negative, {"number of time steps"});
  b.value("dt", p.dt, deck::positive, {"time step", "time"});
  b.value("boltzmann", p.boltzmann, deck::positive,
          {"k_B in the units of the deck: energy (mass velocity^2) over temperature"});
  b.table("box", p.box, {"where the gas is"});
  bind_gas(b, p.gas);
  b.check(b.is_describing() || p.num_species() <= max_species, "species",
          fmt::format("{} species; expected at most {}", p.num_species(), max_species));
  b.tables("parameter", p.parameters, {"numbers that formulas call by name"});
  bind_sides(b, p);
  bind_starts(b, p);
  b.table("sampling", p.sampling, {"means over time"});
  b.check(p.sampling.start <= p.steps, "sampling",
          fmt::format("means begin after {} steps, of which there are {}", p.sampling.start, p.steps));
}

}  // namespace tessera::sim::dsmc
