#include "sim/md/estimate.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "base/rank_groups.hpp"
#include "base/simd.hpp"
#include "data/cluster_pairs.hpp"
#include "sim/md/communication.hpp"
#include "sim/md/create.hpp"
#include "sim/md/ensembles/integrate.hpp"
#include "sim/md/ensembles/lbfgs.hpp"
#include "sim/md/forces/many_body.hpp"
#include "sim/md/forces/pair_setup.hpp"
#include "sim/md/forces/tabulated.hpp"
#include "sim/md/granular/contacts.hpp"
#include "sim/md/lattice.hpp"
#include "sim/md/overlap.hpp"
#include "sim/md/replicate.hpp"
#include "sim/velocities.hpp"

namespace tessera::sim::md {

using std::numbers::pi;

namespace {

/// What can be said about the particles without simulating them.
struct Source {
  data::Box box;
  std::vector<data::Species> species;
  std::vector<std::int64_t> counts;
  data::Box filled;  // what they fill; with open sides if it is not the whole box
  double extra_bytes = 0.0;
  double temperature = 0.0;  ///< that the run will settle at
};

double num_particles(const Source& source) {
  double sum = 0.0;
  for (const auto count : source.counts) sum += static_cast<double>(count);
  return sum;
}

/// Collective. Of the velocities in a file; 0 without any.
double temperature_of(const data::System& system, const MdParams& params) {
  if (!system.particles.has_column("velocity")) return 0.0;
  const auto units = make_units(params.units, params.constants);
  const Array1<double> masses("mass", system.species.size());
  const auto host = Kokkos::create_mirror_view(masses);
  for (std::size_t n = 0; n < system.species.size(); ++n) host(n) = system.species[n].mass;
  Kokkos::deep_copy(masses, host);
  const MotionSums sums = motion_sums(system.particles, masses);
  double kinetic2 = sums.part[0].value() + sums.part[1].value() + sums.part[2].value();
  kinetic2 = system.particles.comm().all_reduce(kinetic2, Op::sum) * units.mass_velocity2;
  const double freedom = degrees_of_freedom(system.particles.num_global());
  return freedom > 0.0 ? kinetic2 / (freedom * units.boltzmann) : 0.0;
}

/// As large as the part of the lattice that is kept.
data::Box cube_like(const LatticeParams& lattice) {
  const double cells = static_cast<double>(num_sites(lattice)) / sites_per_cell(lattice.kind);
  const double edge = cell_edge(lattice) * std::cbrt(cells);
  return data::Box::orthogonal({0, 0, 0}, {edge, edge, edge}, {false, false, false});
}

Source source_of(const Comm& comm, const MdParams& params) {
  if (params.lattice) {
    const auto& lattice = *params.lattice;
    check_sphere(lattice);
    auto counts = lattice.types.size() > 1 ? share_out(lattice.composition, num_sites(lattice))
                                           : std::vector<std::int64_t>{num_sites(lattice)};
    // A crystal at rest gives half of its heat to the potential (equipartition).
    const auto box = lattice_box(lattice);
    return {box, lattice_species(lattice, params.units), std::move(counts), lattice.sphere ? cube_like(lattice) : box,
            0.0, 0.5 * params.velocity->temperature};
  }
  const auto system = read_file(comm, params);
  const auto box = replicated(system.box, params.replicate);
  Source source{box, system.species, count_types(system), box};
  for (auto& count : source.counts) count *= num_copies(params.replicate);
  source.temperature = params.velocity ? params.velocity->temperature : temperature_of(system, params);
  for (const auto& column : system.particles.columns())
    if (column.name == "charge" || column.name == "molecule") source.extra_bytes += 8.0;
  return source;
}

/// Of the time origins that each particle carries.
template <class OriginParams>
double origin_bytes(const std::optional<OriginParams>& params) {
  return params ? 24.0 * static_cast<double>(std::min(params->origins, params->lags)) : 0.0;
}

/// One rank's part of a box that is filled evenly.
struct Tile {
  double owned, density;
  double edge[3];
  bool has_copies[3], has_others[3];  // along each direction: any copies, and copies from other ranks

  explicit Tile(const EngineShape& shape)
      : owned(shape.num_particles / (shape.grid[0] * shape.grid[1] * shape.grid[2])),
        density(shape.num_particles / shape.box.volume()) {
    for (int d = 0; d < 3; ++d) {
      edge[d] = shape.box.height(d) / shape.grid[d];
      has_others[d] = shape.grid[d] > 1;
      has_copies[d] = has_others[d] || shape.box.is_periodic[d];
    }
  }
  /// Rows with copies to this width, over owned rows: all copies, or those from other ranks alone.
  double growth(double width, const bool (&counts)[3]) const {
    double product = 1.0;
    for (int d = 0; d < 3; ++d) product *= counts[d] ? 1.0 + 2.0 * width / edge[d] : 1.0;
    return product;
  }
  /// Mean share of a sphere around an owned particle that lies inside the tile.
  double inside(double radius) const {
    double product = 1.0;
    for (int d = 0; d < 3; ++d) product *= has_copies[d] ? std::max(0.0, 1.0 - 0.375 * radius / edge[d]) : 1.0;
    return product;
  }
};

/// What a data::Neighbourhood keeps, and what it needs besides while it is built.
struct Bytes {
  double kept = 0.0, passing = 0.0;
};

Bytes neighbourhood_bytes(const Tile& tile, double outer_radius, double inner_radius, bool is_half) {
  // A list holds the clusters that touch a sphere, i.e. those whose middle lies in a larger one: by half their edge
  // around a particle, by a whole one around a cluster. (Fitted to lists at densities of 0.1 to 0.84, cutoffs 1.2
  // to 6.) Those of one particle are points.
  const double edge = simd::width > 1 ? std::cbrt(simd::width / tile.density) : 0.0;
  const auto list_bytes = [&](double radius) {
    const double volume = 4.0 / 3.0 * pi * radius * radius * radius;
    const double entries = 1.0 + volume * tile.density / simd::width;
    return 16.0 + 1.06 * sizeof(int) * entries * (is_half ? 1.0 - 0.5 * tile.inside(radius) : 1.0);
  };
  const double rows = tile.owned * tile.growth(outer_radius, tile.has_copies), copies = rows - tile.owned;
  const double received = rows * (1.0 - 1.0 / tile.growth(outer_radius, tile.has_others));
  Bytes bytes;
  bytes.kept = tile.owned * list_bytes(inner_radius + 0.5 * edge) +
               tile.owned / simd::width * list_bytes(outer_radius + edge) + 12.0 * copies + 48.0 * received;
  bytes.passing = 7.0 * sizeof(int) * rows + 8.0 * copies;  // sorting: bins, for three groups of copies twice
  return bytes;
}

/// Of a tile that has neighbours on all sides, where there are any.
int middle_rank(const data::Int3& grid) { return grid[0] / 2 + grid[0] * (grid[1] / 2 + grid[1] * (grid[2] / 2)); }

}  // namespace

double predict_bytes(const EngineShape& shape) {
  const Tile tile(shape);
  const bool is_half = data::preferred_pair_count() == data::PairCount::half;
  const auto lists = neighbourhood_bytes(tile, shape.outer_radius, shape.inner_radius, is_half);
  // Columns: position and type with copies; image, id, velocity, force, position of the last build.
  const double rows = tile.owned * tile.growth(shape.outer_radius, tile.has_copies);
  double passing = lists.passing;
  if (shape.search_radius > 0.0) {
    const auto search = neighbourhood_bytes(tile, shape.search_radius, shape.search_radius, false);
    const double own_rows = tile.owned * tile.growth(shape.search_radius, tile.has_copies);
    passing = std::max(passing, 36.0 * own_rows + 12.0 * tile.owned + search.kept + search.passing);
  }
  return 28.0 * rows + (92.0 + shape.extra_bytes) * tile.owned + lists.kept + passing;
}

namespace {

Estimate estimate_one(const Comm& comm, const MdParams& params, int ranks) {
  Estimate estimate;
  estimate.item_name = "particle";
  const double time = static_cast<double>(params.steps) * params.dt;
  const auto units = make_units(params.units, params.constants);
  estimate.remarks.push_back(
      fmt::format("{} steps of {:g} {} = {:g} {}", params.steps, params.dt, units.time_unit, time, units.time_unit));
  if (!params.data.empty()) {
    std::string remark = fmt::format("the particles that stage \"{}\" ends with", params.data);
    if (const auto copies = num_copies(params.replicate); copies > 1) remark += fmt::format(", {} times", copies);
    estimate.remarks.push_back(remark);
    return estimate;
  }
  const Source source = source_of(comm, params);
  ForceField forces;
  add_many_body(forces, params, comm, source.species);
  if (params.table) forces.add(read_tabulated(*params.table, comm, source.species, params.units));
  if (params.pair) check_packing(make_pair_table(*params.pair, source.species), source.counts, source.box);
  const auto grid = process_grid(params, source.box, ranks);
  const double cutoff = std::max(forces.cutoff(), reference_cutoff(params)), skin = params.neighbours.skin.value();
  check_halo(comm, source.box, grid, cutoff + skin);

  const double count = num_particles(source), density = count / source.filled.volume(), radius = cutoff + skin;
  estimate.items = static_cast<std::int64_t>(count);
  EngineShape shape{count, source.filled, grid, radius, cutoff + params.neighbours.inner_skin.value()};
  shape.extra_bytes = source.extra_bytes + origin_bytes(params.msd) + origin_bytes(params.vacf) +
                      origin_bytes(params.vdos) + origin_bytes(params.self_scattering) + many_body_bytes(params);
  if (params.granular) shape.extra_bytes += granular_bytes();
  if (params.minimise && params.minimise->method == MinimiseMethod::lbfgs) shape.extra_bytes += lbfgs_bytes();
  if (params.rdf) shape.search_radius = params.rdf->range;
  if (params.adf) shape.search_radius = std::max(shape.search_radius, params.adf->cutoff);
  if (params.coordination) shape.search_radius = std::max(shape.search_radius, params.coordination->cutoff);
  if (params.bond_order) shape.search_radius = std::max(shape.search_radius, params.bond_order->cutoff);
  if (params.centro_symmetry) shape.search_radius = std::max(shape.search_radius, params.centro_symmetry->cutoff);
  estimate.bytes_per_rank = predict_bytes(shape);
  Fluid fluid{.counts = source.counts, .masses = {}, .temperature = source.temperature};
  for (const auto& species : source.species) fluid.masses.push_back(species.mass);
  fluid.row_bytes += shape.extra_bytes;
  const auto tiling = data::Tiling::of_rank(comm, source.filled, grid, middle_rank(grid));
  estimate.communication = predict_communication(tiling, fluid, units, cutoff, params.neighbours, params.dt);
  add_many_body_exchanges(params, *estimate.communication);
  if (params.granular) add_granular_exchange(*estimate.communication);
  const auto& length = units.length_unit;
  estimate.remarks.push_back(fmt::format("box {:.5g} x {:.5g} x {:.5g} {}, density {:.5g} /{}^3", source.box.height(0),
                                         source.box.height(1), source.box.height(2), length, density, length));
  estimate.remarks.push_back(fmt::format("{} x {} x {} tiles, halo of {:.4g} {} (cutoff {:.4g} + skin {:.4g})", grid[0],
                                         grid[1], grid[2], radius, length, cutoff, skin));
  estimate.remarks.push_back(
      fmt::format("{:.0f} neighbours of a particle in the lists", 4.0 / 3.0 * pi * radius * radius * radius * density));
  return estimate;
}

}  // namespace

Estimate estimate_run(const Comm& comm, const MdParams& params, int ranks) {
  if (!params.replicas) return estimate_one(comm, params, ranks);
  const auto replicas = ladder_of(*params.replicas, params.thermostat->temperature).size();
  const RankGroups groups(0, ranks, static_cast<std::int64_t>(replicas));
  Estimate estimate = estimate_one(comm, params, ranks / groups.count);
  const auto in_turn = (static_cast<int>(replicas) + groups.count - 1) / groups.count;
  estimate.remarks.push_back(fmt::format("{} replicas of that, in {} group{} of {} rank{}, {} in turn at most",
                                         replicas, groups.count, groups.count == 1 ? "" : "s", ranks / groups.count,
                                         ranks / groups.count == 1 ? "" : "s or more", in_turn));
  estimate.items *= static_cast<std::int64_t>(replicas);
  estimate.bytes_per_rank *= in_turn;
  estimate.communication.reset();  // that of the groups is not one of all ranks
  return estimate;
}

}  // namespace tessera::sim::md
