#include "sim/boltzmann/integrator.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/region.hpp"
#include "sim/boltzmann/initial.hpp"
#include "sim/boltzmann/relaxation/relax.hpp"

namespace tessera::sim::boltzmann {

SingleModel single_model(const BoltzmannParams& p) {
  SingleModel model{p.model == Model::boltzmann ? Model::bgk : p.model, {}, p.prandtl, p.gas.species[0].mass};
  if (p.viscosity) {
    const double energy = p.boltzmann * p.viscosity_temperature;
    model.viscosity = {*p.viscosity * std::pow(energy, -p.viscosity_exponent), p.viscosity_exponent};
  } else if (p.num_species() == 1) {
    const Gas gas(p.gas, p.boltzmann);
    model.viscosity = {gas.viscosity(0, 1.0 / p.boltzmann), 1.0 - 0.5 * gas.kernel(0, 0).gamma};
  }
  return model;
}

MixtureModel mixture_model(const BoltzmannParams& p) {
  MixtureModel model{.species = p.num_species()};
  if (p.model != Model::mixture) return model;
  const Gas gas(p.gas, p.boltzmann);
  for (int i = 0; i < model.species; ++i) {
    model.mass[i] = gas.species(i).mass;
    for (int j = 0; j < model.species; ++j) {
      const auto& kernel = gas.kernel(i, j);
      model.rate[i][j] = gas.collision_rate(i, j, 1.0 / p.boltzmann) * kernel.momentum_transfer() / kernel.total();
      model.exponent[i][j] = 0.5 * kernel.gamma;
    }
  }
  return model;
}

Evolution::Evolution(const BoltzmannParams& params, const data::Mesh& mesh)
    : params_(params),
      mesh_(mesh),
      single_(single_model(params)),
      mixture_(mixture_model(params)),
      target_model_(params.model == Model::boltzmann ? Model::bgk : params.model) {
  for (int n = 0; n < params.num_species(); ++n) species_.emplace_back(params, n, mesh);
  if (params.model != Model::boltzmann) return;
  const Gas gas(params.gas, params.boltzmann);
  collisions_.emplace_back(
      params.collisions->make(mesh.comm(), params.velocity_grid(0), species_[0].mass(), gas.kernel(0, 0)),
      species_[0].mass());
}

void Evolution::fill_initial() {
  for (std::size_t n = 0; n < species_.size(); ++n) {
    auto& s = species_[n];
    boltzmann::fill_initial(params_, static_cast<int>(n), s.phase(), mesh_, s.block(0), s.state(), s.tables());
  }
}

void Evolution::step(double dt) {
  fault_.reset();
  switch (params_.chosen_integrator()) {
    case Integrator::penalised:
      return step_penalised(dt);
    case Integrator::exponential:
      return step_exponential(dt);
    case Integrator::rk2:
      return step_rk2(dt, true);
    case Integrator::rk3:
      return step_rk3(dt, true);
    default:
      return step_imex(dt);
  }
}

void Evolution::note_fault(const Species& species, int cell, const char* what) {
  if (fault_) return;
  std::string place;
  int rest = cell;
  for (int d = 0; d < params_.dimensions(); ++d) {
    const auto axis = static_cast<std::size_t>(d);
    const int n = rest % mesh_.count()[d];
    rest /= mesh_.count()[d];
    place +=
        fmt::format("{}{} = {:.6g}", d == 0 ? " at " : ", ", "xyz"[axis], mesh_.coordinate(d, mesh_.first()[axis] + n));
  }
  fault_ = Error::numeric(fmt::format("species '{}'{}: {}", species.name(), place, what));
}

/// Collective. to = old * to + now * from + step * (what flight and forces change).
void Evolution::fly(int from, const Advance& advance, int to) {
  const auto& a = params_.acceleration;
  const double acceleration[3] = {a[0], a[1], a[2]};
  const bool has_force = a[0] != 0.0 || a[1] != 0.0 || a[2] != 0.0;
  for (auto& s : species_) {
    if (params_.cells.empty()) {
      combine(s.wide_block(from), advance, s.wide_block(to));
    } else {
      s.fill_ghosts(from);
      const Region region("boltzmann/fly");
      advect(s.phase(), params_.reconstruction, mesh_, s.block(from), s.sides().walls(), advance, s.block(to));
    }
    if (has_force) accelerate(s.phase(), s.block(from), acceleration, advance.step, s.block(to));
  }
}

/// What copy `copy` of all species relaxes to, with rates; `step` of an implicit stage, or 0.
void Evolution::find_targets(int copy, double step) {
  const Region region("boltzmann/targets");
  for (auto& s : species_) s.integrate(copy, sums_needed(target_model_));
  if (params_.model == Model::mixture) {
    std::vector<const PhaseGrid*> phases;
    std::vector<CellSums> sums;
    std::vector<TargetState> states;
    std::vector<Array1<double>> rates;
    for (auto& s : species_) {
      phases.push_back(&s.phase());
      sums.push_back(s.sums());
      states.push_back(s.state());
      rates.push_back(s.rate());
    }
    const int bad = prepare_mixture(phases, mixture_, species_[0].cells(), sums, step, states, rates);
    if (bad < species_[0].cells()) note_fault(species_[0], bad, "a density or temperature is no longer positive");
  } else {
    auto& s = species_[0];
    const bool is_integral = params_.model == Model::boltzmann;  // whose rate is the largest loss frequency
    const int bad =
        prepare_target(s.phase(), single_, s.cells(), s.sums(), step, s.state(), is_integral ? s.shares() : s.rate());
    if (bad < s.cells()) note_fault(s, bad, "the density or temperature is no longer positive");
  }
  for (auto& s : species_)
    if (const int bad = s.complete_target(target_model_); bad < s.cells())
      note_fault(s, bad,
                 "the velocity grid has no distribution of this velocity and temperature; expected more points, or a "
                 "half_width that fits");
}

/// to += step * (what collisions change). The rate of a penalised integral is kept from an earlier call.
void Evolution::add_collisions(int from, double step, int to, bool keeps_rate) {
  if (params_.model == Model::boltzmann) {
    auto& s = species_[0];
    collisions_[0].add(s.block(from), step, s.block(to), keeps_rate ? s.shares() : s.rate());
    return;
  }
  find_targets(from, 0.0);
  const Region region("boltzmann/relax");
  for (auto& s : species_) {
    s.spread_rate();
    add_relaxation(s.wide_block(from), s.target(target_model_), s.rate(), step, s.wide_block(to));
  }
}

namespace {

// ARS(2,2,2): Ascher, Ruuth and Spiteri, Appl. Numer. Math. 25 (1997) 151. With E the explicit part,
//   f1* = f + g dt E(f),                        f1 = f1* + g dt R(f1)
//   f2* = f + dt (d E(f) + (1-d) E(f1)) + (1-g) dt R(f1),   f2 = f2* + g dt R(f2)
// where dt E(f) = (f1* - f)/g and dt R(f1) = (f1 - f1*)/g, so that nothing but f and f1 has to be kept.
const double gamma = 1.0 - 1.0 / std::sqrt(2.0), delta = 1.0 - 0.5 / gamma;
const BaseFactors base_factors{1.0 - delta / gamma, (delta - (1.0 - gamma)) / gamma, (1.0 - gamma) / gamma};

}  // namespace

/// The first implicit stage, of copy 1; copy 0 becomes what the second one starts from.
void Evolution::relax_base(double step) {
  const Region region("boltzmann/relax");
  for (auto& s : species_) {
    s.fill_shares(step);
    relax(s.wide_block(1), s.target(target_model_), s.shares(), s.wide_block(0), base_factors);
  }
}

void Evolution::step_imex(double dt) {
  fly(0, {0.0, 1.0, gamma * dt}, 1);
  find_targets(1, gamma * dt);
  relax_base(gamma * dt);
  fly(1, {1.0, 0.0, (1.0 - delta) * dt}, 0);
  find_targets(0, gamma * dt);
  const Region region("boltzmann/relax");
  for (auto& s : species_) {
    s.fill_shares(gamma * dt);
    relax(s.wide_block(0), s.target(target_model_), s.shares());
  }
}

/// The same with the explicit part E(f) = flight + Q(f) - beta (M(f) - f), beta of each cell its largest loss frequency
/// when the step begins (Filbet and Jin, JCP 229 (2010) 7625).
void Evolution::step_penalised(double dt) {
  auto& s = species_[0];
  const auto penalise = [&](int from, double step, int to) {
    find_targets(from, 0.0);
    s.spread_rate();
    add_relaxation(s.wide_block(from), s.target(target_model_), s.rate(), -step, s.wide_block(to));
  };
  fly(0, {0.0, 1.0, gamma * dt}, 1);
  add_collisions(0, gamma * dt, 1);
  penalise(0, gamma * dt, 1);
  find_targets(1, gamma * dt);
  relax_base(gamma * dt);
  fly(1, {1.0, 0.0, (1.0 - delta) * dt}, 0);
  add_collisions(1, (1.0 - delta) * dt, 0, true);
  penalise(1, (1.0 - delta) * dt, 0);
  find_targets(0, gamma * dt);
  s.fill_shares(gamma * dt);
  relax(s.wide_block(0), s.target(target_model_), s.shares());
}

void Evolution::step_rk2(double dt, bool collides) {
  fly(0, {0.0, 1.0, dt}, 1);
  if (collides) add_collisions(0, dt, 1);
  fly(1, {0.5, 0.5, 0.5 * dt}, 0);
  if (collides) add_collisions(1, 0.5 * dt, 0);
}

void Evolution::step_rk3(double dt, bool collides) {
  fly(0, {0.0, 1.0, dt}, 1);
  if (collides) add_collisions(0, dt, 1);
  for (auto& s : species_) combine(s.wide_block(0), {0.0, 1.0, 0.0}, s.wide_block(2));
  fly(1, {0.75, 0.25, 0.25 * dt}, 2);
  if (collides) add_collisions(1, 0.25 * dt, 2);
  fly(2, {1.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0 * dt}, 0);
  if (collides) add_collisions(2, 2.0 / 3.0 * dt, 0);
}

void Evolution::step_exponential(double dt) {
  const bool flies = !params_.cells.empty();
  const auto half = [&] {
    if (flies_in_three(params_)) return step_rk3(0.5 * dt, false);
    step_rk2(0.5 * dt, false);
  };
  if (flies) half();
  for (std::size_t n = 0; n < species_.size(); ++n) collisions_[n].advance(species_[n].block(0), dt);
  if (flies) half();
}

}  // namespace tessera::sim::boltzmann
