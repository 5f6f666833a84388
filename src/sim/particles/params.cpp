#include "sim/particles/params.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tessera::sim::particles {

using deck::Binder;

namespace {

std::size_t dimensions_of(const LangevinParams& p) {
  return static_cast<std::size_t>(std::clamp(p.dimensions, 1, max_dimensions));
}

/// A single number stands for all coordinates. `key` is what the deck says, or the table that has the list.
void complete(Binder& b, std::string_view key, std::string_view name, std::vector<double>& list,
              std::size_t dimensions) {
  b.check(list.size() == 1 || list.size() == dimensions, key,
          fmt::format("{}: {} numbers; expected one for each of the {} coordinates, or a single one for all", name,
                      list.size(), dimensions));
  if (list.size() == dimensions) return;
  const double first = list.empty() ? 0.0 : list.front();
  list.assign(dimensions, first);
}

/// An empty list becomes `standard` everywhere.
void bind_coordinates(Binder& b, std::string_view key, std::vector<double>& list, std::size_t dimensions,
                      double standard, deck::Limits limits, deck::Doc doc) {
  b.list(key, list, 0, limits, doc);
  if (b.is_describing()) return;
  if (list.empty()) list = {standard};
  complete(b, key, key, list, dimensions);
}

void bind_components(Binder& b, std::vector<ComponentParams>& components, std::size_t dimensions) {
  b.tables("component", components, {"the Gaussians"});
  if (b.is_describing()) return;
  b.check(!components.empty(), "kind", "a mixture needs [[...component]] tables, at least one");
  for (auto& component : components) {
    complete(b, "component", "mean", component.mean, dimensions);
    complete(b, "component", "variance", component.variance, dimensions);
  }
}

}  // namespace

bool is_overdamped(Scheme scheme) {
  return scheme == Scheme::euler_maruyama || scheme == Scheme::leimkuhler_matthews || scheme == Scheme::heun;
}

deck::FormulaNames formula_names(const LangevinParams& p) {
  const auto dimensions = static_cast<int>(dimensions_of(p));
  deck::FormulaNames names;
  names.variables = coordinate_names(dimensions);
  if (dimensions <= 3)
    for (int n = 0; n < dimensions; ++n)
      names.definitions.push_back(fmt::format("x{} = {}", n + 1, names.variables[static_cast<std::size_t>(n)]));
  names.variables.emplace_back("t");
  names.parameters = deck::to_pairs(p.parameters);
  return names;
}

void bind(Binder& b, ComponentParams& p) {
  b.value("weight", p.weight, deck::positive, {"relative to the other components"});
  b.required("mean");
  b.list("mean", p.mean, 0, deck::any, {"of each coordinate, or one number for all", "length"});
  b.required("variance");
  b.list("variance", p.variance, 0, deck::positive, {"of each coordinate, or one number for all", "length^2"});
}

void bind(Binder& b, BoxParams& p) {
  b.list("low", p.low, 0, deck::any, {"lower end along each direction; 0 if left out", "length"});
  b.required("length");
  b.list("length", p.length, 0, deck::non_negative, {"of each direction; 0: that direction is open", "length"});
  const bool is_closed = std::any_of(p.length.begin(), p.length.end(), [](double x) { return x > 0.0; });
  b.check(is_closed, "length", "all directions are open; leave out the box");
}

void bind(Binder& b, RecordParams& p) {
  b.value("every", p.every, {.low = 1}, {"steps between the times that are written to table.h5", "steps"});
  b.value("particles", p.particles, {.low = 1},
          {"how many, drawn anew at each of these times: samples that are all but independent; all if left out"});
}

void bind(Binder& b, MeanFieldParams& p) {
  b.choice("kind", p.kind, {{"harmonic", MeanFieldKind::harmonic}, {"cosine", MeanFieldKind::cosine}},
           {"W = x^2/2, or W = (1 - cos(k x))/k^2 with k = 2 pi/period, for each coordinate"});
  b.required("strength");
  b.value("strength", p.strength, deck::any,
          {"K of the force -K/N sum_j W'(x_i - x_j); > 0: attraction", "energy/length^2"});
  if (b.is_describing() || p.kind == MeanFieldKind::cosine)
    b.value("period", p.period, deck::positive, {"of cosine; 2 pi if left out", "length"});
}

namespace {

/// These need to know the number of coordinates.
struct PotentialOf {
  PotentialParams& values;
  const LangevinParams& stage;
};

void bind(Binder& b, PotentialOf& p) {
  PotentialParams& v = p.values;
  const std::size_t dimensions = dimensions_of(p.stage);
  b.choice("kind", v.kind,
           {{"none", PotentialKind::none},
            {"harmonic", PotentialKind::harmonic},
            {"double_well", PotentialKind::double_well},
            {"mueller_brown", PotentialKind::mueller_brown},
            {"gaussian_mixture", PotentialKind::gaussian_mixture},
            {"formula", PotentialKind::formula}},
           {"none; harmonic, sum of k/2 (x - centre)^2; double_well, height ((x/half_distance)^2 - 1)^2; "
            "mueller_brown; gaussian_mixture, -energy times the logarithm of the density of a mixture; formula"});
  const auto has = [&](PotentialKind kind) { return b.is_describing() || v.kind == kind; };
  if (has(PotentialKind::harmonic)) {
    bind_coordinates(b, "stiffness", v.stiffness, dimensions, 1.0, deck::any,
                     {"k of each coordinate; 1 if left out", "energy/length^2"});
    bind_coordinates(b, "centre", v.centre, dimensions, 0.0, deck::any, {"0 if left out", "length"});
  }
  if (has(PotentialKind::double_well)) {
    b.value("height", v.height, deck::positive, {"of the barrier between the minima", "energy"});
    b.value("half_distance", v.half_distance, deck::positive, {"the minima lie at -this and this along x", "length"});
    if (b.is_describing() || dimensions > 1)
      b.value("other_stiffness", v.other_stiffness, deck::any,
              {"k of k/2 y^2 for each of the other coordinates", "energy/length^2"});
  }
  if (has(PotentialKind::mueller_brown)) {
    b.value("scale", v.scale, deck::positive,
            {"factor of the surface of K. Mueller and L. D. Brown, Theor. Chim. Acta 53, 75 (1979)"});
    b.check(v.kind != PotentialKind::mueller_brown || dimensions == 2, "kind",
            fmt::format("the Mueller-Brown surface has two dimensions; the deck asks for {}", dimensions));
  }
  if (has(PotentialKind::gaussian_mixture)) {
    if (!b.is_describing() && !v.energy) v.energy = p.stage.temperature;
    b.value("energy", v.energy, deck::positive,
            {"left out: the temperature, so that the mixture is what particles come to", "energy"});
    b.check(b.is_describing() || v.kind != PotentialKind::gaussian_mixture || *v.energy > 0.0, "kind",
            "without a temperature a mixture needs an energy");
    bind_components(b, v.components, dimensions);
  }
  if (has(PotentialKind::formula)) {
    b.required("formula");
    b.formula("formula", v.formula, formula_names(p.stage), {"the potential energy of a particle", "energy"});
  }
}

bool is_closed(const LangevinParams& p) {
  return p.box && std::all_of(p.box->length.begin(), p.box->length.end(), [](double x) { return x > 0.0; });
}

struct StartOf {
  StartParams& values;
  const LangevinParams& stage;
};

void bind(Binder& b, StartOf& p) {
  StartParams& v = p.values;
  const std::size_t dimensions = dimensions_of(p.stage);
  b.choice("kind", v.kind,
           {{"gaussian", StartKind::gaussian},
            {"uniform", StartKind::uniform},
            {"mixture", StartKind::mixture},
            {"lattice", StartKind::lattice},
            {"table", StartKind::table}},
           {"positions are drawn from a Gaussian, a rectangle, or a mixture of Gaussians, lie on a lattice that fills "
            "the box, or are taken from a table"});
  const auto has = [&](StartKind kind) { return b.is_describing() || v.kind == kind; };
  if (has(StartKind::gaussian)) {
    bind_coordinates(b, "mean", v.mean, dimensions, 0.0, deck::any, {"of each coordinate; 0 if left out", "length"});
    bind_coordinates(b, "variance", v.variance, dimensions, 0.0, deck::non_negative,
                     {"of each coordinate; 0 if left out: all at the mean", "length^2"});
  }
  if (has(StartKind::uniform)) {
    b.required("low");
    b.required("high");
    bind_coordinates(b, "low", v.low, dimensions, 0.0, deck::any, {"end of the interval of each coordinate", "length"});
    bind_coordinates(b, "high", v.high, dimensions, 1.0, deck::any, {"the other end", "length"});
    for (std::size_t n = 0; n < std::min(v.low.size(), v.high.size()); ++n)
      b.check(v.low[n] <= v.high[n], "high", fmt::format("{} lies below low, {}", v.high[n], v.low[n]));
  }
  if (has(StartKind::mixture)) bind_components(b, v.components, dimensions);
  b.check(b.is_describing() || v.kind != StartKind::lattice || is_closed(p.stage), "kind",
          "a lattice fills a box that is periodic in all directions");
  if (has(StartKind::table)) {
    b.value("data", v.data, {"name of an earlier stage: its table.h5, column position"});
    b.file("file", v.file, {"such a table in a file"});
    b.value("time", v.time, deck::any, {"rows of this time; left out: the last one", "time"});
    b.check(b.is_describing() || v.kind != StartKind::table || v.data.empty() != v.file.empty(), "kind",
            "a table is that of an earlier stage (data), or in a file (file); expected one of the two");
  }
  if (!b.is_describing() && is_overdamped(p.stage.scheme)) return;
  if (!b.is_describing() && !v.temperature && v.kind != StartKind::table) v.temperature = p.stage.temperature;
  b.value("temperature", v.temperature, deck::non_negative,
          {"of Maxwell-Boltzmann velocities; left out: those of a table that has any, or that of the bath; 0: at rest",
           "energy"});
}

void bind_box(Binder& b, std::optional<BoxParams>& box, std::size_t dimensions) {
  b.table("box", box, {"periodic directions; left out: open space"});
  if (b.is_describing() || !box) return;
  if (box->low.empty()) box->low = {0.0};
  complete(b, "box", "low", box->low, dimensions);
  complete(b, "box", "length", box->length, dimensions);
}

}  // namespace

void bind(Binder& b, LangevinParams& p) {
  b.value("particles", p.particles, {.low = 1, .high = 0x1p40}, {"how many"});
  b.value("dimensions", p.dimensions, {.low = 1, .high = max_dimensions}, {"of space"});
  b.choice(
      "scheme", p.scheme,
      {{"baoab", Scheme::baoab},
       {"aboba", Scheme::aboba},
       {"obabo", Scheme::obabo},
       {"oabao", Scheme::oabao},
       {"bbk", Scheme::bbk},
       {"euler_maruyama", Scheme::euler_maruyama},
       {"leimkuhler_matthews", Scheme::leimkuhler_matthews},
       {"heun", Scheme::heun}},
      {"underdamped: baoab, aboba, obabo, oabao (splittings into kicks, drifts and exact friction with noise), bbk; "
       "overdamped: euler_maruyama, leimkuhler_matthews, heun"});
  b.value("steps", p.steps, deck::non_negative, {"number of time steps"});
  b.value("dt", p.dt, deck::positive, {"time step", "time"});
  b.value("temperature", p.temperature, deck::non_negative, {"k_B T of the bath", "energy"});
  b.value("friction", p.friction, deck::non_negative,
          {"gamma in dv = (F/m - gamma v) dt + sqrt(2 gamma k_B T/m) dW, and in dx = F/(m gamma) dt + "
           "sqrt(2 k_B T/(m gamma)) dW",
           "1/time"});
  b.value("mass", p.mass, deck::positive, {"m", "mass"});
  b.check(p.friction > 0.0 || !is_overdamped(p.scheme), "friction", "overdamped motion needs friction; expected > 0");
  b.tables("parameter", p.parameters, {"numbers that formulas call by name"});
  PotentialOf potential{p.potential, p};
  b.table("potential", potential, {"in which the particles move"});
  b.formulas(
      "flow", p.flow, 0, formula_names(p),
      {"velocity of the fluid that the friction is with, one formula a coordinate; left out: at rest", "length/time"});
  b.check(p.flow.empty() || p.flow.size() == dimensions_of(p), "flow",
          fmt::format("{} formulas for {} coordinates", p.flow.size(), p.dimensions));
  b.check(p.flow.empty() || p.friction > 0.0, "flow", "without friction the particles do not feel a flow");
  b.formula("growth", p.growth, formula_names(p),
            {"rate at which particles multiply, or, where it is negative, die", "1/time"});
  if (b.is_describing() || !p.growth.empty())
    b.choice("growth_as", p.growth_as, {{"weights", GrowthKind::weights}, {"branching", GrowthKind::branching}},
             {"particles keep weights, d log w = growth dt, or each has exp(growth dt) successors on average"});
  bind_pair(b, p);
  b.check(p.parameters.empty() || p.has_formulas(), "parameter", "there is no formula that could use a parameter");
  bind_box(b, p.box, dimensions_of(p));
  b.table("mean_field", p.mean_field, {"every particle acts on every other one, through sums over all of them"});
  b.check(!p.mean_field || !p.has_weights(), "mean_field",
          "particles that act on one another cannot have weights; expected growth_as = \"branching\"");
  b.check(!p.mean_field || p.mean_field->kind != MeanFieldKind::harmonic || !p.box, "mean_field",
          "a harmonic mean field in a periodic box would depend on which image is meant; expected kind = \"cosine\"");
  StartOf start{p.start, p};
  b.table("start", start, {"positions and velocities at the start"});
  b.table("record", p.record, {"particles at some of the times, written to table.h5"});
  b.check(!p.record || !p.record->particles || p.is_branching() || *p.record->particles <= p.particles, "record",
          fmt::format("there are only {} particles", p.particles));
}

}  // namespace tessera::sim::particles
