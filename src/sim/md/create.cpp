#include "sim/md/create.hpp"
#include "sim/md/constraints/clusters.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "base/region.hpp"
#include "data/formats/formats.hpp"
#include "data/halo_plan.hpp"
#include "data/tiling.hpp"
#include "sim/md/lattice.hpp"
#include "sim/md/replicate.hpp"
#include "sim/md/topology/excluded_pairs.hpp"
#include "sim/md/topology/topology.hpp"
#include "sim/velocities.hpp"

namespace tessera::sim::md {

namespace {

data::ReadOptions read_options(const MdParams& params) {
  const auto reading = params.reading.value_or(ReadingParams{});
  data::ReadOptions options;
  options.frame = reading.frame.value_or(-1);
  options.step = reading.step.value_or(-1);
  options.atom_style = reading.atom_style;
  options.group = reading.group;
  options.species = reading.species;
  for (std::size_t d = 0; d < 3; ++d) options.periodic[d] = reading.periodic.find("xyz"[d]) != std::string::npos;
  options.margin = reading.margin;
  options.units = params.units;
  return options;
}

void check_types(const data::System& system, const std::string& source) {
  const auto type = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), system.particles.get<int>("type"));
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), system.particles.get<std::int64_t>("id"));
  const auto types = static_cast<int>(system.species.size());
  for (int i = 0; i < system.particles.num_owned(); ++i)
    if (type(i, 0) < 0 || type(i, 0) >= types)
      throw Error::input(fmt::format("{}: particle {} is of type {}, but there are {} types", source, id(i, 0),
                                     type(i, 0) + 1, types));
}

/// Collective.
void check_system(const data::System& system, const std::string& source) {
  if (system.particles.num_global() == 0) throw Error::input(fmt::format("{}: there are no particles", source));
  for (const auto& species : system.species)
    if (!(species.mass > 0.0) || !std::isfinite(species.mass))
      throw Error::input(
          fmt::format("{}: type \"{}\" has mass {}; a positive mass is needed", source, species.name, species.mass));
  agree(system.particles.comm(), [&] { check_types(system, source); });
}

data::System from_earlier_stage(const StageContext& context, const std::string& stage) {
  const data::System* earlier = context.earlier_system ? context.earlier_system(stage) : nullptr;
  if (earlier == nullptr)
    throw Error::input(fmt::format("data = \"{}\" names no earlier stage that has particles", stage));
  return copy_system(*earlier);
}

}  // namespace

data::Int3 process_grid(const MdParams& params, const data::Box& box, int ranks) {
  if (params.grid.empty()) return data::Tiling::best_grid(box, ranks);
  const auto& grid = params.grid;
  if (grid[0] * grid[1] * grid[2] != ranks)
    throw Error::input(fmt::format("grid = [{}, {}, {}] makes {} tiles; as many as ranks are needed, and that is {}",
                                   grid[0], grid[1], grid[2], grid[0] * grid[1] * grid[2], ranks));
  return {static_cast<int>(grid[0]), static_cast<int>(grid[1]), static_cast<int>(grid[2])};
}

data::System read_file(const Comm& comm, const MdParams& params) {
  data::System system = data::read_system(comm, params.file, read_options(params));
  check_system(system, params.file);
  if (system.particles.has_column("charge") && !params.charges)
    log::warning(fmt::format("{}: the charges are ignored, as the deck has no [stage.charges]", params.file));
  return system;
}

data::System copy_system(const data::System& original) {
  return copy_system(original, original.particles.comm(), original.particles.num_owned());
}

data::System copy_system(const data::System& original, const Comm& comm, int rows) {
  data::System copy(comm);
  copy.box = original.box;
  copy.species = original.species;
  copy.title = original.title;
  copy.topology = topology_of(original.particles);
  if (rows == 0)
    for (auto& table : copy.topology) table.rows.clear();
  copy.coefficients = original.coefficients;
  const auto owned = std::make_pair(0, rows);
  copy.particles.resize_owned(rows);
  for (const auto& column : original.particles.columns()) {
    if (!has(column.flags, data::Column::output) || column.name == "force") continue;
    std::visit(
        [&](const auto& view) {
          using T = typename std::decay_t<decltype(view)>::value_type;
          if (!copy.particles.has_column(column.name))
            copy.particles.template add<T>(column.name, column.components, column.flags, column.unit);
          const auto target = copy.particles.template get<T>(column.name);
          for (int c = 0; c < column.components; ++c)
            Kokkos::deep_copy(Kokkos::subview(target, owned, c), Kokkos::subview(view, owned, c));
        },
        column.data);
  }
  return copy;
}

std::vector<std::int64_t> count_types(const data::System& system) {
  const auto type = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), system.particles.get<int>("type"));
  std::vector<std::int64_t> counts(system.species.size(), 0);
  for (int i = 0; i < system.particles.num_owned(); ++i) ++counts[static_cast<std::size_t>(type(i, 0))];
  system.particles.comm().all_reduce(counts.data(), static_cast<int>(counts.size()), Op::sum);
  return counts;
}

data::System make_system(const StageContext& context, const MdParams& params, const Units& units) {
  return make_system(context, params, units, context.seed);
}

data::System make_system(const StageContext& context, const MdParams& params, const Units& units,
                         std::uint32_t velocity_seed) {
  const Region region("md/create");
  const Comm& comm = context.comm;
  data::System system(comm);
  if (params.lattice) {
    const auto box = lattice_box(*params.lattice);
    const data::Tiling tiling(comm, box, process_grid(params, box, comm.size()));
    system = make_lattice(tiling, *params.lattice, params.units, context.seed);
  } else {
    system = params.file.empty() ? from_earlier_stage(context, params.data) : read_file(comm, params);
  }
  attach_topology(system);
  replicate(system, params.replicate);
  find_excluded_pairs(system, excluded_kinds(params.molecules.special));
  find_clusters(system, rigid_types(params.molecules, system));
  if (params.stop_drift) stop_drift(system);
  if (params.velocity)
    draw_velocities(system, units, params.velocity->temperature, velocity_seed, params.stops_rotation);
  return system;
}

void check_halo(const Comm& comm, const data::Box& box, data::Int3 grid, double radius) {
  for (int d = 0; d < 3; ++d) {
    const int stride = d == 0 ? 1 : d == 1 ? grid[0] : grid[0] * grid[1];
    for (int n = 0; n < grid[d]; ++n)
      data::find_targets(data::Tiling::of_rank(comm, box, grid, n * stride), d, radius / box.height(d));
  }
}

}  // namespace tessera::sim::md
