#include "sim/boltzmann/species.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/boltzmann/initial.hpp"
#include "sim/boltzmann/relaxation/relax.hpp"

namespace tessera::sim::boltzmann {

namespace {

int num_layers(const BoltzmannParams& p) { return p.cells.empty() ? 0 : layers_of(p.reconstruction); }

std::vector<data::Field> make_copies(const BoltzmannParams& params, const data::Mesh& mesh, const std::string& name,
                                     int components) {
  std::vector<data::Field> copies;
  for (int n = 0; n < num_copies(params); ++n)
    copies.emplace_back(mesh, fmt::format("f_{}_{}", name, n), components, num_layers(params));
  return copies;
}

int table_columns(const PhaseGrid& phase) { return phase.grid().dimensions * phase.grid().points; }

/// Of arrays that go along with a wide block.
std::size_t wide_room(const BoltzmannParams& params, int cells) {
  return padded(params.cells.empty() ? params.velocity.points : cells);
}

/// A relaxation of the whole distribution to what is no product of lines.
bool is_gaussian(Model model, const PhaseGrid& phase) {
  return !phase.is_reduced() && (model == Model::es_bgk || model == Model::shakhov);
}

}  // namespace

bool flies_in_three(const BoltzmannParams& p) { return layers_of(p.reconstruction) > 2; }

int num_copies(const BoltzmannParams& p) {
  const auto integrator = p.chosen_integrator();
  if (p.cells.empty() && integrator == Integrator::exponential) return 1;
  const bool has_three = integrator == Integrator::rk3 || (integrator == Integrator::exponential && flies_in_three(p));
  return has_three ? 3 : 2;
}

Species::Species(const BoltzmannParams& params, int number, const data::Mesh& mesh)
    : name_(params.gas.species[static_cast<std::size_t>(number)].name),
      phase_(params.phase_grid(number)),
      mass_(params.gas.species[static_cast<std::size_t>(number)].mass),
      cells_(static_cast<int>(mesh.local_cells())),
      is_homogeneous_(params.cells.empty()),
      copies_(make_copies(params, mesh, name_, phase_.components())),
      sides_(phase_, mass_, mesh, params.sides, static_cast<std::size_t>(number), params.reconstruction),
      sums_("sums", padded(cells_), num_sums),
      state_("target", padded(cells_), num_target_columns),
      tables_{Array2<double>("tables", padded(cells_), static_cast<std::size_t>(table_columns(phase_))),
              phase_.grid().points, phase_.grid().dimensions},
      rate_("rate", wide_room(params, cells_)),
      shares_("shares", wide_room(params, cells_)),
      line_("line", params.cells.empty() ? wide_room(params, cells_) : 0) {}

void Species::integrate(int n, int count) const {
  if (is_homogeneous_)
    integrate_turned(phase_, wide_block(n), count, sums_);
  else
    boltzmann::integrate(phase_, block(n), count, sums_);
}

void Species::fill_ghosts(int n) {
  copy(n).exchange();
  sides_.fill(copy(n));
}

int Species::complete_target(Model model) const {
  if (is_gaussian(model, phase_))
    return is_homogeneous_ ? correct_gaussian_line(phase_, mass_, wide_block(0), state_, sums_)
                           : correct_gaussians(phase_, mass_, block(0), state_, sums_);
  const int bad = fill_tables(phase_, mass_, cells_, state_, tables_);
  if (is_homogeneous_) {
    const auto values = tables_.values;
    const auto line = line_;
    const int first = (tables_.dimensions - 1) * tables_.points;
    Kokkos::parallel_for(
        "boltzmann/line", Range(0, tables_.points), KOKKOS_LAMBDA(int j) { line(j) = values(0, first + j); });
  }
  return bad;
}

Target Species::target(Model model) const {
  const int points = phase_.grid().points, dimensions = phase_.grid().dimensions;
  if (!is_homogeneous_) {
    if (is_gaussian(model, phase_)) return GaussianTarget{state_, phase_.axes(), points, dimensions};
    return separable_target(phase_, state_, tables_);
  }
  if (is_gaussian(model, phase_)) return GaussianLine{state_, phase_.axes(), points, dimensions};
  if (phase_.is_reduced()) return ReducedLine{line_, state_, phase_.axes(), phase_.reduction() == Reduction::planar};
  if (dimensions == 1) return SeparableLine<1>{tables_, line_};
  if (dimensions == 2) return SeparableLine<2>{tables_, line_};
  return SeparableLine<3>{tables_, line_};
}

void Species::spread_rate() const {
  if (!is_homogeneous_) return;
  const auto rate = rate_;
  Kokkos::parallel_for(
      "boltzmann/spread_rate", Range(1, phase_.grid().points), KOKKOS_LAMBDA(int n) { rate(n) = rate(0); });
}

void Species::fill_shares(double step) const {
  spread_rate();
  boltzmann::fill_shares(rate_, is_homogeneous_ ? phase_.grid().points : cells_, step, shares_);
}

data::Mesh make_mesh(const BoltzmannParams& p, const Comm& comm) {
  if (p.cells.empty()) return {comm, data::Box::orthogonal({0, 0, 0}, {1, 1, 1}), {1}};
  data::Vec3 low{0, 0, 0}, length{1, 1, 1};
  std::array<bool, 3> periodic{true, true, true};
  for (std::size_t d = 0; d < p.cells.size(); ++d) {
    low[d] = p.low[d];
    length[d] = p.length[d];
    periodic[d] = p.sides[2 * d].kind == SideKind::periodic;
  }
  return {comm, data::Box::orthogonal(low, length, periodic), p.cells};
}

/// Fields with their ghosts, what is kept a cell and a face of walls, messages, and tables of the grids.
double predicted_bytes(const BoltzmannParams& p, int ranks) {
  const std::vector<std::int64_t> cells = p.cells.empty() ? std::vector<std::int64_t>{1} : p.cells;
  const auto grid = data::Mesh::best_grid(cells, ranks);
  double count[3] = {1.0, 1.0, 1.0}, owned = 1.0, with_ghosts = 1.0;
  const double layers = num_layers(p);
  bool is_cut[3] = {};
  for (std::size_t d = 0; d < cells.size(); ++d) {
    count[d] = std::ceil(static_cast<double>(cells[d]) / grid[d]);
    owned *= count[d];
    with_ghosts *= count[d] + 2.0 * layers;
    is_cut[d] = grid[d] > 1;
  }
  double message_cells = 0.0;
  for (std::size_t d = 0; d < cells.size(); ++d)
    if (is_cut[d]) message_cells += 2.0 * layers * owned / count[d];
  double bytes = 0.0;
  for (int s = 0; s < p.num_species(); ++s) {
    const PhaseGrid phase = p.phase_grid(s);
    const double components = phase.components();
    const double room = static_cast<double>(padded(static_cast<int>(std::min(owned, 1e9))));
    bytes += 8.0 * num_copies(p) * components * (with_ghosts + 2.0 * message_cells * (1.0 + 1.0 / 16.0));
    bytes += 8.0 * room * (num_sums + num_target_columns + 2.0 + table_columns(phase));
    bytes += components * (8.0 * (num_sums + 3.0) + 4.0 * 3.0);
    for (std::size_t d = 0; d < cells.size() && !p.cells.empty(); ++d)
      for (std::size_t end = 0; end < 2; ++end) {
        const auto kind = p.sides[2 * d + end].kind;
        if (kind == SideKind::diffuse) bytes += 8.0 * (components + 1.0) * owned / count[d];
        if (kind == SideKind::diffuse || kind == SideKind::inflow) bytes += 8.0 * components;
      }
    if (p.model == Model::boltzmann) bytes += 8.0 * cells_at_once * components + p.collisions->bytes(phase.grid());
    bytes += 8.0 * owned * (1.0 + 3.0 + 1.0 + 6.0 + 3.0);  // what snapshots hold
  }
  return bytes;
}

double checkpoint_bytes(const BoltzmannParams& p, int ranks) {
  const std::vector<std::int64_t> cells = p.cells.empty() ? std::vector<std::int64_t>{1} : p.cells;
  const auto grid = data::Mesh::best_grid(cells, ranks);
  double owned = 1.0, most = 0.0;
  for (std::size_t d = 0; d < cells.size(); ++d) owned *= std::ceil(static_cast<double>(cells[d]) / grid[d]);
  for (int s = 0; s < p.num_species(); ++s) most = std::max(most, 8.0 * owned * p.phase_grid(s).components());
  return std::min(most, 0x1p25);
}

}  // namespace tessera::sim::boltzmann
