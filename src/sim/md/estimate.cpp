#include "sim/md/estimate.hpp"

#include <fmt/core.h>

#include <numbers>

#include "base/simd.hpp"
#include "data/cluster_pairs.hpp"
#include "sim/md/create.hpp"
#include "sim/md/lattice.hpp"
#include "sim/md/overlap.hpp"
#include "sim/md/pair_setup.hpp"

namespace tessera::sim::md {

using std::numbers::pi;

namespace {

/// What can be said about the particles without simulating them.
struct Source {
  data::Box box;
  std::vector<data::Species> species;
  std::vector<std::int64_t> counts;
  double extra_bytes = 0.0;
};

double num_particles(const Source& source) {
  double sum = 0.0;
  for (const auto count : source.counts) sum += static_cast<double>(count);
  return sum;
}

Source source_of(const Comm& comm, const MdParams& params) {
  if (params.lattice) {
    const auto& lattice = *params.lattice;
    auto counts = lattice.types.size() > 1 ? share_out(lattice.composition, num_sites(lattice))
                                           : std::vector<std::int64_t>{num_sites(lattice)};
    return {lattice_box(lattice), lattice_species(lattice, params.units), std::move(counts)};
  }
  const auto system = read_file(comm, params);
  Source source{system.box, system.species, count_types(system)};
  for (const auto& column : system.particles.columns())
    if (column.name == "charge" || column.name == "molecule") source.extra_bytes += 8.0;
  return source;
}

}  // namespace

double predict_bytes(const EngineShape& shape) {
  const double ranks = shape.grid[0] * shape.grid[1] * shape.grid[2];
  const double owned = shape.num_particles / ranks;
  const double density = shape.num_particles / shape.box.volume();
  double around = 1.0, sent = 1.0;  // tile with its halo, and with the part of it that comes from other ranks
  for (int d = 0; d < 3; ++d) {
    const bool alone = shape.grid[d] == 1;
    if (alone && !shape.box.is_periodic[d]) continue;
    const double growth = 1.0 + 2.0 * shape.outer_radius * shape.grid[d] / shape.box.height(d);
    around *= growth;
    sent *= alone ? 1.0 : growth;
  }
  const double copies = owned * (around - 1.0);
  const double exchanged = ranks > 1.0 ? owned * around * (1.0 - 1.0 / sent) : 0.0;
  const double clusters = owned / simd::width;
  // Clusters are about as wide as long: within reach of a particle lie those in a sphere larger by a part of their
  // edge.
  const double edge = std::cbrt(simd::width / density);
  const auto list_length = [&](double radius) {
    const double reach = radius + edge;
    return 4.0 / 3.0 * pi * reach * reach * reach * density / simd::width;
  };
  const double share = data::preferred_pair_count() == data::PairCount::half ? 0.5 + 0.5 * (1.0 - 1.0 / around) : 1.0;
  const double columns = (28.0 + shape.extra_bytes) * (owned + copies) + 92.0 * owned;
  const double lists =
      share * 4.0 * (owned * list_length(shape.inner_radius) + clusters * list_length(shape.outer_radius));
  return columns + 12.0 * copies + 48.0 * exchanged + lists;
}

Estimate estimate_run(const Comm& comm, const MdParams& params, int ranks) {
  Estimate estimate;
  estimate.item_name = "particles";
  const double time = static_cast<double>(params.steps) * params.dt;
  const auto units = make_units(params.units, params.constants);
  estimate.remarks.push_back(
      fmt::format("{} steps of {:g} {} = {:g} {}", params.steps, params.dt, units.time_unit, time, units.time_unit));
  if (!params.data.empty()) {
    estimate.remarks.push_back(fmt::format("the particles that stage \"{}\" ends with", params.data));
    return estimate;
  }
  const Source source = source_of(comm, params);
  const auto table = make_pair_table(params.pair, source.species);
  check_packing(table, source.counts, source.box);
  const auto grid = process_grid(params, source.box, ranks);
  const double cutoff = table.largest_cutoff(), skin = params.neighbours.skin.value();
  check_halo(comm, source.box, grid, cutoff + skin);

  const double count = num_particles(source), density = count / source.box.volume(), radius = cutoff + skin;
  estimate.items = static_cast<std::int64_t>(count);
  estimate.bytes_per_rank = predict_bytes(
      {count, source.box, grid, radius, cutoff + params.neighbours.inner_skin.value(), source.extra_bytes});
  const auto& length = units.length_unit;
  estimate.remarks.push_back(fmt::format("box {:.5g} x {:.5g} x {:.5g} {}, density {:.5g} /{}^3", source.box.height(0),
                                         source.box.height(1), source.box.height(2), length, density, length));
  estimate.remarks.push_back(fmt::format("{} x {} x {} tiles, halo of {:.4g} {} (cutoff {:.4g} + skin {:.4g})", grid[0],
                                         grid[1], grid[2], radius, length, cutoff, skin));
  estimate.remarks.push_back(
      fmt::format("{:.0f} neighbours of a particle in the lists", 4.0 / 3.0 * pi * radius * radius * radius * density));
  return estimate;
}

}  // namespace tessera::sim::md
