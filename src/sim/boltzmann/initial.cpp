#include "sim/boltzmann/initial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/agree.hpp"
#include "deck/formula_program.hpp"

namespace tessera::sim::boltzmann {

namespace {

constexpr double most_outside = 1e-6;

/// The share of a Maxwellian of this width that lies outside the grid, both ends of all directions together.
double share_outside(const VelocityGrid& grid, double width, const double (&velocity)[3]) {
  double share = 0.0;
  for (int d = 0; d < grid.dimensions; ++d) {
    const double shift = velocity[d] - grid.centre[d];
    for (const double room : {grid.half_width - shift, grid.half_width + shift})
      share += 0.5 * std::erfc(room / (width * std::sqrt(2.0)));
  }
  return share;
}

}  // namespace

void require_room(const PhaseGrid& phase, double mass, const Moments& m, const std::string& what) {
  const auto& grid = phase.grid();
  const double width = std::sqrt(m.temperature / mass), share = share_outside(grid, width, m.velocity);
  if (share <= most_outside) return;
  double fastest = 0.0;
  for (int d = 0; d < grid.dimensions; ++d) fastest = std::max(fastest, std::abs(m.velocity[d] - grid.centre[d]));
  throw Error::input(fmt::format(
      "{}: {:.2g} of the particles are too fast for the velocity grid, which reaches {:.4g} from its centre (thermal "
      "velocity {:.3g}, mean {:.3g}); expected velocity.half_width of at least {:.4g}",
      what, share, grid.half_width, width, fastest, fastest + 5.2 * width));
}

std::vector<double> maxwellian(const PhaseGrid& phase, double mass, const Moments& m, const std::string& what) {
  require_room(phase, mass, m, what);
  const auto velocities = static_cast<std::size_t>(phase.grid().size());
  std::vector<double> values(static_cast<std::size_t>(phase.components()));
  const std::span<double> g(values.data(), velocities);
  Moments on_grid = m;
  for (int d = phase.grid().dimensions; d < 3; ++d) on_grid.velocity[d] = phase.grid().centre[d];
  discrete_maxwellian(phase.grid(), mass, on_grid, g);
  const double along = m.velocity[1], across = 2.0 * m.temperature / mass + along * along;
  for (int k = 1; k < phase.functions(); ++k) {
    const double factor = k == 1 && phase.reduction() == Reduction::planar ? along : across;
    for (std::size_t n = 0; n < velocities; ++n) values[static_cast<std::size_t>(k) * velocities + n] = factor * g[n];
  }
  return values;
}

Target separable_target(const PhaseGrid& phase, const TargetState& state, const SeparableTables& tables) {
  if (phase.is_reduced()) return ReducedTarget{tables, state, phase.axes(), phase.reduction() == Reduction::planar};
  if (phase.grid().dimensions == 1) return SeparableTarget<1>{tables};
  if (phase.grid().dimensions == 2) return SeparableTarget<2>{tables};
  return SeparableTarget<3>{tables};
}

namespace {

/// Of one Maxwellian of the deck, in the owned cells.
void fill_state(const BoltzmannParams& params, const InitialParams& initial, const PhaseGrid& phase, double mass,
                const data::Mesh& mesh, const HostArray2<double>& state) {
  std::vector<std::string> texts{initial.density};
  texts.insert(texts.end(), initial.velocity.begin(), initial.velocity.end());
  texts.push_back(initial.temperature);
  const auto program = deck::compile_formulas(params.formula_names(), texts);
  int cell = 0;
  const auto& count = mesh.count();
  for (int k = 0; k < count[2]; ++k)
    for (int j = 0; j < count[1]; ++j)
      for (int i = 0; i < count[0]; ++i, ++cell) {
        const std::array<double, 3> x{mesh.coordinate(0, mesh.first()[0] + i), mesh.coordinate(1, mesh.first()[1] + j),
                                      mesh.coordinate(2, mesh.first()[2] + k)};
        std::array<double, 5> out{};
        program(x.data(), out.data());
        std::string place = "the start";
        for (std::size_t d = 0; d < params.cells.size(); ++d)
          place += fmt::format("{}{} = {:.6g}", d == 0 ? " at " : ", ", "xyz"[d], x[d]);
        Moments m{out[0], {out[1], out[2], out[3]}, params.boltzmann * out[4]};
        if (!(m.density >= 0.0) || !std::isfinite(m.density))
          throw Error::input(
              fmt::format("{}: a density of {:.6g}; expected a number that is not negative", place, m.density));
        if (!(m.temperature > 0.0) || !std::isfinite(m.temperature))
          throw Error::input(fmt::format("{}: a temperature of {:.6g}; expected a positive number", place, out[4]));
        for (int d = phase.dimensions(); d < 3; ++d)
          if (m.velocity[d] != 0.0)
            throw Error::input(
                fmt::format("{}: a velocity along {}, which the velocity grid has not", place, "xyz"[d]));
        const bool is_axial = phase.reduction() == Reduction::axial;
        if ((is_axial && m.velocity[1] != 0.0) || (phase.is_reduced() && m.velocity[2] != 0.0))
          throw Error::input(fmt::format("{}: a velocity across x that this reduction knows nothing of", place));
        require_room(phase, mass, m, place);
        state(cell, target_density) = m.density;
        for (int d = 0; d < 3; ++d) {
          const bool is_on_grid = d < phase.grid().dimensions;
          state(cell, target_velocity + d) = is_on_grid           ? m.velocity[d] - phase.grid().centre[d]
                                             : phase.is_reduced() ? m.velocity[d]
                                                                  : 0.0;
        }
        state(cell, target_temperature) = m.temperature;
        state(cell, target_slope) = 0.0;
        state(cell, target_spread) = 2.0 * m.temperature / mass;
      }
}

template <class To>
void add_target(const To& to, const CellBlock& block) {
  for_each_tile_and_component(
      "boltzmann/initial", block, KOKKOS_LAMBDA(const Tile& tile, int c) {
        double g[tile_cells + simd::width];
        to.fill(g, tile, c);
        double* values = block.row(tile.row, c) + tile.first;
        for (int i = 0; i < tile.cells; ++i) values[i] += g[i];
      });
}

}  // namespace

void fill_initial(const BoltzmannParams& params, int species, const PhaseGrid& phase, const data::Mesh& mesh,
                  const CellBlock& block, const TargetState& state, const SeparableTables& tables) {
  const double mass = params.gas.species[static_cast<std::size_t>(species)].mass;
  const Target target = separable_target(phase, state, tables);
  Kokkos::deep_copy(block.values, 0.0);
  bool is_given = false;
  for (const auto& initial : params.initial) {
    if (params.species_of(initial.species) != species) continue;
    is_given = true;
    agree(mesh.comm(), [&] {
      const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), state);
      const HostArray2<double> values(host.data(), host.extent(0), host.extent(1));
      fill_state(params, initial, phase, mass, mesh, values);
      Kokkos::deep_copy(state, host);
      if (fill_tables(phase, mass, block.cells(), state, tables) < block.cells())
        throw Error::input(
            "the start: a Maxwellian is too narrow for the velocity grid; expected a spacing below its thermal "
            "velocity: more velocity.points or a smaller half_width");
    });
    std::visit([&](const auto& to) { add_target(to, block); }, target);
  }
  if (!is_given)
    throw Error::input(fmt::format("species '{}' has no [[stage.initial]]",
                                   params.gas.species[static_cast<std::size_t>(species)].name));
}

}  // namespace tessera::sim::boltzmann
