#include "sim/dsmc/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"

namespace tessera::sim::dsmc {

namespace {

constexpr std::int64_t max_looks = 4096;  // cells that are looked at

double square_of(const double (&u)[3]) { return u[0] * u[0] + u[1] * u[1] + u[2] * u[2]; }

/// The whole mesh, as if on one rank.
CellGrid whole_grid(const DsmcParams& params) {
  CellGrid grid;
  const auto cells = params.mesh_cells();
  const auto box = params.whole_box();
  grid.dimensions = params.dimensions();
  for (int d = 0; d < 3; ++d) {
    const auto n = static_cast<std::size_t>(d);
    grid.cells[d] = n < cells.size() ? cells[n] : 1;
    grid.low[d] = box.origin[d];
    grid.high[d] = box.origin[d] + box.cell[d][d];
    grid.inverse[d] = static_cast<double>(grid.cells[d]) / box.cell[d][d];
  }
  return grid;
}

class Look {
 public:
  Look(const DsmcParams& params, const CellGrid& grid)
      : params_(params), grid_(grid), gas_(params.gas, params.boltzmann) {}

  /// Several Maxwellians of species in one place.
  void add(const std::vector<int>& species, const std::vector<LocalState>& states) {
    std::vector<double> density(params_.gas.species.size(), 0.0);
    double total = 0.0, heat = 0.0;
    for (std::size_t n = 0; n < states.size(); ++n) {
      density[static_cast<std::size_t>(species[n])] += states[n].density;
      total += states[n].density;
      heat += states[n].density * states[n].temperature;
    }
    if (!(total > 0.0)) return;
    const double temperature = heat / total;
    for (std::size_t n = 0; n < states.size(); ++n)
      if (states[n].density > 0.0) add_species(species[n], states[n], density, temperature);
  }

  Resolution& result() { return result_; }

 private:
  void add_species(int species, const LocalState& state, const std::vector<double>& density, double temperature) {
    const double mass = gas_.species(species).mass, energy = params_.boltzmann * temperature;
    const double speed = std::sqrt(8.0 * energy / (std::numbers::pi * mass));
    result_.mean_speed = std::max(result_.mean_speed, speed);
    double rate = 0.0;
    for (int other = 0; other < gas_.num_species(); ++other)
      rate += density[static_cast<std::size_t>(other)] * gas_.collision_rate(species, other, temperature);
    result_.step_over_collision = std::max(result_.step_over_collision, params_.dt * rate);
    for (int d = 0; d < grid_.dimensions; ++d) {
      const double fast = std::sqrt(2.0 * params_.boltzmann * state.temperature / mass) + std::abs(state.velocity[d]);
      if (speed > 0.0) result_.cell_over_path = std::max(result_.cell_over_path, rate / speed / grid_.inverse[d]);
      result_.step_over_transit = std::max(result_.step_over_transit, params_.dt * fast * grid_.inverse[d]);
    }
  }

  const DsmcParams& params_;
  const CellGrid& grid_;
  Gas gas_;
  Resolution result_;
};

}  // namespace

Resolution resolution_of(const DsmcParams& params) {
  const CellGrid grid = whole_grid(params);
  const StartState state(params);
  Look look(params, grid);
  std::vector<int> species;
  for (int n = 0; n < state.num_components(); ++n) species.push_back(state.species(n));
  const std::int64_t cells = grid.total(), apart = (cells + max_looks - 1) / max_looks;
  double least = HUGE_VAL, sum = 0.0, looks = 0.0;
  for (std::int64_t cell = 0; cell < cells; cell += apart) {
    const auto states = state.in_cell(grid, cell);
    look.add(species, states);
    double density = 0.0;
    for (const auto& one : states) density += one.density;
    least = std::min(least, density);
    sum += density;
    looks += 1.0;
  }
  look.result().fewest_particles =
      sum > 0.0 ? least / (sum / looks) * static_cast<double>(params.particles) / static_cast<double>(cells) : 0.0;
  std::vector<int> all;
  for (int n = 0; n < params.num_species(); ++n) all.push_back(n);
  for (const auto& side : params.all_sides()) {
    if (side.kind != SideKind::inflow) continue;
    std::vector<LocalState> reservoir;
    for (const double density : side.density)
      reservoir.push_back({density, {side.velocity[0], side.velocity[1], side.velocity[2]}, side.temperature});
    look.add(all, reservoir);
  }
  return look.result();
}

void check_limits(const DsmcParams& params) {
  const Resolution now = resolution_of(params);
  if (now.step_over_transit > 1.0)
    throw Error::input(fmt::format(
        "dt: in a step of {} particles fly over {:.3g} cells; expected at most one, and better a quarter: dt = {:.3g}",
        params.dt, now.step_over_transit, 0.25 * params.dt / now.step_over_transit));
}

double largest_temperature(const DsmcParams& params) {
  double largest = 0.0, mass = 0.0;
  for (const auto& species : params.gas.species) mass = std::max(mass, species.mass);
  for (const auto& side : params.all_sides())
    if (side.kind == SideKind::diffuse || side.kind == SideKind::inflow)
      largest =
          std::max(largest, side.temperature + mass / (12.0 * params.boltzmann) *
                                                   square_of({side.velocity[0], side.velocity[1], side.velocity[2]}));
  return largest;
}

double largest_temperature(const DsmcParams& params, const StartState& state, const CellGrid& grid, std::int64_t cell) {
  double largest = 0.0;
  const auto states = state.in_cell(grid, cell);
  for (std::size_t n = 0; n < states.size(); ++n) {
    if (!(states[n].density > 0.0)) continue;
    largest = std::max(largest, states[n].temperature);
    for (std::size_t m = 0; m < n; ++m) {
      if (!(states[m].density > 0.0)) continue;
      double apart[3];
      for (int d = 0; d < 3; ++d) apart[d] = states[n].velocity[d] - states[m].velocity[d];
      const double a = params.gas.species[static_cast<std::size_t>(state.species(static_cast<int>(n)))].mass,
                   b = params.gas.species[static_cast<std::size_t>(state.species(static_cast<int>(m)))].mass;
      const double mixed = (a * states[m].temperature + b * states[n].temperature) / (a + b);
      largest = std::max(largest, mixed + a * b / (a + b) * square_of(apart) / (12.0 * params.boltzmann));
    }
  }
  return largest;
}

}  // namespace tessera::sim::dsmc
