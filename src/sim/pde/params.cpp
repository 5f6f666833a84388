#include "sim/pde/params.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tessera::sim::pde {

using deck::Binder;

namespace {

constexpr std::size_t max_dimensions = 3;
constexpr double max_points = 0x1p44;  // 140 TB a field
constexpr deck::Limits counts{.low = 1, .high = 2147483646.0};

void bind_equation(Binder& b, PdeParams& p) {
  b.choice("id", p.equation,
           {{"allen_cahn", Equation::allen_cahn},
            {"burgers", Equation::burgers},
            {"cahn_hilliard", Equation::cahn_hilliard},
            {"convection_diffusion_reaction", Equation::convection_diffusion_reaction},
            {"fisher", Equation::fisher},
            {"ginzburg_landau", Equation::ginzburg_landau},
            {"korteweg_de_vries", Equation::korteweg_de_vries},
            {"kuramoto_sivashinsky", Equation::kuramoto_sivashinsky},
            {"schrodinger", Equation::schrodinger},
            {"wave", Equation::wave}},
           {"which equation; docs/environments.md has them all"});
  b.choice("fidelity", p.fidelity, {{"corrected", Fidelity::corrected}, {"reference", Fidelity::reference}},
           {"what the equation says, or what controlgym 1.0.0 computes, its defects included"});
  const auto& infos = constant_infos();
  for (std::size_t n = 0; n < infos.size(); ++n) {
    if (!b.is_describing() && !uses(p.equation, infos[n].member)) continue;
    if (!p.constants[n] && !b.is_describing()) p.constants[n] = defaults_of(p.equation).constants.*infos[n].member;
    b.value(infos[n].key, p.constants[n], infos[n].may_be_negative ? deck::any : deck::non_negative,
            {infos[n].meaning});
  }
}

void bind_grid(Binder& b, PdeParams& p) {
  const Defaults& d = defaults_of(p.equation);
  if (p.points.empty() && !b.is_describing()) p.points = {d.points};
  b.list("points", p.points, 0, counts,
         {"grid points along x, y and z, as many as there are directions: even numbers"});
  const bool has_directions = !p.points.empty() && p.points.size() <= max_dimensions;
  b.check(b.is_describing() || has_directions, "points",
          fmt::format("{} numbers; expected one, two or three", p.points.size()));
  if (p.length.empty() && !b.is_describing()) p.length.assign(p.points.size(), d.length);
  b.list("length", p.length, 0, deck::positive, {"of the periodic box along each direction", "length"});
  b.check(p.length.size() == p.points.size(), "length",
          fmt::format("{} lengths for {} directions", p.length.size(), p.points.size()));
  b.check(std::all_of(p.points.begin(), p.points.end(), [](auto n) { return n % 2 == 0; }), "points",
          "an odd number of points; expected even ones, so that every mode but the last has its mirror image");
  b.check(!has_directions || has_dimensions(p.equation, static_cast<int>(p.points.size())), "points",
          fmt::format("{} is an equation in one dimension", name_of(p.equation)));
  double product = 1.0;
  for (const auto n : p.points) product *= static_cast<double>(n);
  b.check(product <= max_points, "points",
          fmt::format("{:.3g} points in all; expected at most {:.3g}", product, max_points));
  b.check(p.fidelity == Fidelity::corrected || p.points.size() == 1, "points",
          "the reference has one dimension; for more use fidelity = \"corrected\"");
}

void bind_time(Binder& b, PdeParams& p) {
  const Defaults& d = defaults_of(p.equation);
  if (!b.is_describing()) {
    if (!p.steps) p.steps = d.steps;
    if (!p.sample_time) p.sample_time = d.sample_time;
    if (!p.substep && !is_linear(p.equation)) p.substep = d.substep;
  }
  b.value("steps", p.steps, {.low = 1}, {"samples in an episode", "samples"});
  b.value("sample_time", p.sample_time, deck::positive, {"for which an action is held", "time"});
  if (!b.is_describing() && is_linear(p.equation)) return;
  b.value("substep", p.substep, deck::positive, {"of the time integration, a part of sample_time", "time"});
  if (b.is_describing()) return;
  const double ratio = *p.sample_time / *p.substep;
  b.check(std::abs(ratio - std::round(ratio)) < 1e-6 * ratio && std::round(ratio) >= 1.0, "substep",
          fmt::format("sample_time ({}) is {:.6g} substeps of {}; expected a whole number", *p.sample_time, ratio,
                      *p.substep));
}

/// One number for each direction.
void bind_devices(Binder& b, PdeParams& p) {
  const std::size_t directions = p.points.size();
  if (!b.is_describing()) {
    if (!p.placement) p.placement = p.fidelity == Fidelity::reference ? Placement::integer : Placement::even;
    if (p.actuators.empty()) p.actuators.assign(directions, directions == 1 ? 8 : 4);
    if (p.sensors.empty()) p.sensors.assign(directions, directions == 1 ? 10 : 4);
  }
  Placement placement = p.placement.value_or(Placement::even);
  b.choice("placement", placement, {{"even", Placement::even}, {"integer", Placement::integer}},
           {"of actuators and sensors: in the middle of equal parts, or where whole-number division puts them; left "
            "out: what the fidelity says"});
  if (!b.is_describing()) p.placement = placement;
  b.list("actuators", p.actuators, 0, counts, {"boxes along each direction that push evenly"});
  b.value("actuator_width", p.actuator_width, {.low = 0.0, .high = 1.0, .open_low = true},
          {"of an actuator, as a part of the length"});
  b.list("sensors", p.sensors, 0, counts,
         {"grid points along each direction that are observed; fields lie one behind the other along the last one"});
  if (b.is_describing() || directions == 0) return;
  b.check(p.actuators.size() == directions, "actuators",
          fmt::format("{} numbers for {} directions", p.actuators.size(), directions));
  b.check(p.sensors.size() == directions, "sensors",
          fmt::format("{} numbers for {} directions", p.sensors.size(), directions));
  for (std::size_t n = 0; n < std::min(directions, p.actuators.size()); ++n)
    b.check(p.actuator_width * static_cast<double>(p.actuators[n]) <= 1.0 + 1e-12,
            b.has("actuator_width") ? "actuator_width" : "actuators",
            fmt::format("{} actuators that are {} of the length wide overlap; expected at most {:.6g}", p.actuators[n],
                        p.actuator_width, 1.0 / static_cast<double>(p.actuators[n])));
  for (std::size_t n = 0; n < std::min(directions, p.sensors.size()); ++n) {
    const std::int64_t places = p.points[n] * (n + 1 == directions ? p.num_fields() : 1);
    b.check(p.sensors[n] <= places, "sensors", fmt::format("{} sensors on {} grid points", p.sensors[n], places));
  }
}

void bind_rewards(Binder& b, PdeParams& p) {
  b.value("state_weight", p.state_weight, deck::non_negative, {"q in the reward -(q |u - target|^2 + r |action|^2)"});
  b.value("action_weight", p.action_weight, deck::non_negative, {"r in the reward"});
  b.value("weigh_by_spacing", p.weigh_by_spacing,
          {"sums over grid points times the spacing, noise times root(sample_time/spacing): then numbers hardly depend "
           "on the grid"});
  b.formula("target", p.target, start_names(p), {"that the first field shall come to; left out: 0"});
  b.value("process_noise", p.process_noise, deck::non_negative,
          {"variance that every number of the state gets a sample"});
  b.value("sensor_noise", p.sensor_noise, deck::non_negative, {"variance of what sensors read"});
  bind(b, static_cast<LimitParams&>(p));
}

}  // namespace

Constants PdeParams::values_of_constants() const {
  Constants values = defaults_of(equation).constants;
  const auto& infos = constant_infos();
  for (std::size_t n = 0; n < infos.size(); ++n)
    if (constants[n] && uses(equation, infos[n].member)) values.*infos[n].member = *constants[n];
  return values;
}

std::int64_t PdeParams::num_points() const {
  std::int64_t product = 1;
  for (const auto n : points) product *= n;
  return product;
}

deck::FormulaNames start_names(const PdeParams& p) {
  deck::FormulaNames names;
  const std::size_t directions = std::clamp<std::size_t>(p.points.size(), 1, max_dimensions);
  names.variables = {"x", "y", "z"};
  names.variables.resize(directions);
  for (const char* name : {"amplitude", "spread", "offset"}) names.variables.emplace_back(name);
  const double first = p.length.empty() ? defaults_of(p.equation).length : p.length[0];
  names.parameters = {{"L", first}, {"Lx", first}};
  for (std::size_t n = 1; n < std::min(directions, p.length.size()); ++n)
    names.parameters.emplace_back(n == 1 ? "Ly" : "Lz", p.length[n]);
  return names;
}

namespace {

void bind_drawn(Binder& b, const char* key, const char* width_key, std::optional<double>& mean,
                std::optional<double>& width, const char* meaning) {
  b.value(key, mean, deck::any, {meaning});
  b.value(width_key, width, deck::non_negative, {"it is drawn evenly from an interval of this width around that"});
}

/// What the deck does not say about the parameters is the equation's own.
void complete(StartParams& start, const Defaults& defaults) {
  const auto fill = [](std::optional<double>& mean, std::optional<double>& width, const Drawn& drawn) {
    if (!mean) mean = drawn.mean;
    if (!width) width = drawn.width;
  };
  fill(start.amplitude, start.amplitude_width, defaults.amplitude);
  fill(start.spread, start.spread_width, defaults.spread);
  fill(start.offset, start.offset_width, defaults.offset);
}

}  // namespace

/// [stage.start] needs to know the equation, so that its bind is given it.
struct StartOf {
  StartParams& start;
  const PdeParams& pde;
};

void bind(Binder& b, StartOf& p) {
  StartParams& s = p.start;
  if (!b.is_describing()) complete(s, defaults_of(p.pde.equation));
  b.formulas("formulas", s.formulas, 0, start_names(p.pde),
             {"the state at the start, one formula a field; left out: the equation's own"});
  b.file("file", s.file, {"or a fields.h5 of another run, of the same grid"});
  bind_drawn(b, "amplitude", "amplitude_width", s.amplitude, s.amplitude_width, "mean of the formulas' amplitude");
  bind_drawn(b, "spread", "spread_width", s.spread, s.spread_width, "mean of their spread");
  bind_drawn(b, "offset", "offset_width", s.offset, s.offset_width, "mean of their offset");
  b.check(s.formulas.empty() || s.file.empty(), "file", "give either formulas or file, not both");
  const auto fields = static_cast<std::size_t>(p.pde.num_fields());
  b.check(s.formulas.empty() || s.formulas.size() == fields, "formulas",
          fmt::format("{} formulas for {} field{}", s.formulas.size(), fields, fields == 1 ? "" : "s"));
}

void bind(Binder& b, PdeParams& p) {
  bind_equation(b, p);
  bind_grid(b, p);
  bind_time(b, p);
  bind_devices(b, p);
  StartOf start{p.start, p};
  b.table("start", start, {"the state at the start of an episode"});
  bind_rewards(b, p);
}

}  // namespace tessera::sim::pde
