#include "sim/dsmc/estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/dsmc/limits.hpp"
#include "sim/dsmc/sampler.hpp"

namespace tessera::sim::dsmc {

namespace {

/// Two copies of position, velocity, id and type; bin and order; and what a snapshot is written from.
double bytes_per_particle(const DsmcParams& p) {
  return 2.0 * (8.0 * std::max(1, p.dimensions()) + 24.0 + 8.0 + 4.0) + 8.0 + 72.0;
}

double bytes_per_cell(const DsmcParams& p) {
  const double species = p.num_species();
  // Offsets of two steps and counts; sums of blocks, of all, and of now; scatter; fields; majorants.
  return species * (12.0 + 8.0 * (3.0 * num_sums + 3.0 * num_quantities)) + 4.0 * species * (species + 1.0);
}

Communication communication_of(const DsmcParams& p, const Resolution& resolution, const data::Int3& grid, int ranks) {
  Communication communication;
  communication.collectives = ranks > 1 ? 2.0 : 1.0;  // of the exchange, besides the agreement at a step's end
  const double volume = p.box.length[0] * p.box.length[1] * p.box.length[2];
  double messages = 0.0, particles = 0.0;
  for (int d = 0; d < p.dimensions(); ++d) {
    if (grid[d] < 2) continue;
    const double area = volume / p.box.length[static_cast<std::size_t>(d)] / ranks * grid[d];
    messages += 2.0;
    // A quarter of the mean speed flows through each face.
    particles += 2.0 * 0.25 * resolution.mean_speed * p.dt * area * static_cast<double>(p.particles) / volume;
  }
  if (ranks > 1)
    communication.exchanges.push_back(
        {"particles", 1.0, messages, particles * static_cast<double>(sizeof(Traveller)), true});
  return communication;
}

}  // namespace

Estimate estimate_of(const DsmcParams& p, int ranks) {
  const data::Int3 grid = data::Mesh::best_grid(p.mesh_cells(), ranks);
  check_limits(p);
  const Resolution now = resolution_of(p);
  Estimate estimate;
  estimate.items = p.particles;
  estimate.item_name = "particle";
  double cells = 1.0;
  for (const auto count : p.cells) cells *= static_cast<double>(count);
  estimate.bytes_per_rank = std::ceil(static_cast<double>(p.particles) / ranks) * 1.04 * bytes_per_particle(p) +
                            std::ceil(cells / ranks) * bytes_per_cell(p);
  auto& remarks = estimate.remarks;
  remarks.push_back(fmt::format("{} steps of {:g} = {:g}; {:.3g} particles a cell", p.steps, p.dt,
                                static_cast<double>(p.steps) * p.dt, static_cast<double>(p.particles) / cells));
  if (p.dimensions() > 0 && now.cell_over_path > 1.0 / 3.0)
    remarks.push_back(
        fmt::format("a cell is {:.3g} mean free paths wide: expected at most a third, for which there "
                    "would have to be {:.3g} times as many along that direction",
                    now.cell_over_path, 3.0 * now.cell_over_path));
  if (now.step_over_collision > 0.2)
    remarks.push_back(
        fmt::format("dt is {:.3g} of the time between collisions: expected at most 0.2, that is dt = {:.3g}",
                    now.step_over_collision, 0.2 * p.dt / now.step_over_collision));
  if (now.step_over_transit > 0.25)
    remarks.push_back(
        fmt::format("dt is {:.3g} of the time to cross a cell: expected at most 0.25, that is dt = {:.3g}",
                    now.step_over_transit, 0.25 * p.dt / now.step_over_transit));
  if (now.fewest_particles < 7.0)
    remarks.push_back(
        fmt::format("there are cells of {:.3g} particles: below about 7 the same pairs collide again, and "
                    "rates are wrong; expected more particles or fewer cells",
                    now.fewest_particles));
  estimate.communication = communication_of(p, now, grid, ranks);
  return estimate;
}

}  // namespace tessera::sim::dsmc
