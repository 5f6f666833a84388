#include "sim/dsmc/stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/region.hpp"
#include "sim/dsmc/limits.hpp"

namespace tessera::sim::dsmc {

namespace {

const char axis_names[] = {'x', 'y', 'z'};

template <class T>
void copy_rows(const Array2<T>& from, const Array2<T>& to, int components, int rows) {
  Kokkos::parallel_for(
      "dsmc/copy_rows", Range(0, rows), KOKKOS_LAMBDA(int row) {
        for (int c = 0; c < components; ++c) to(row, c) = from(row, c);
      });
}

void fill_rest(const Array2<double>& position, const data::Vec3& middle, int first, int rows) {
  Kokkos::parallel_for(
      "dsmc/fill_rest", Range(0, rows), KOKKOS_LAMBDA(int row) {
        for (int c = first; c < 3; ++c) position(row, c) = middle[c];
      });
}

/// Collective. All particles where they are; along directions that space has not in the middle of the box.
data::System system_of(const Simulation& simulation) {
  const Region region("dsmc/snapshot");
  using data::Column;
  const data::Particles& from = simulation.particles();
  const int directions = simulation.params().dimensions(), rows = from.num_owned();
  data::System system(from.comm());
  data::Particles& to = system.particles;
  to.add<double>("velocity", 3, Column::saved | Column::output, "velocity");
  to.resize_owned(rows);
  copy_rows(from.get<std::int64_t>("id"), to.get<std::int64_t>("id"), 1, rows);
  copy_rows(from.get<int>("type"), to.get<int>("type"), 1, rows);
  copy_rows(from.get<double>("position"), to.get<double>("position"), directions, rows);
  copy_rows(from.get<double>("velocity"), to.get<double>("velocity"), 3, rows);
  system.box = simulation.params().whole_box();
  data::Vec3 middle;
  for (int c = 0; c < 3; ++c) middle[c] = system.box.origin[c] + 0.5 * system.box.cell[c][c];
  fill_rest(to.get<double>("position"), middle, directions, rows);
  Kokkos::deep_copy(to.get<int>("image"), 0);
  for (int a = 0; a < simulation.gas().num_species(); ++a)
    system.species.push_back({simulation.gas().species(a).name, simulation.gas().species(a).mass});
  system.time = simulation.time();
  system.step = simulation.num_steps_done();
  return system;
}

}  // namespace

DsmcStage::DsmcStage(const StageContext& context, const DsmcParams& params)
    : context_(context), params_(params), simulation_(context.comm, params, context.seed), sampler_(simulation_) {}

bool DsmcStage::is_wall(int side) const {
  const auto kind = params_.all_sides()[static_cast<std::size_t>(side)].kind;
  return kind == SideKind::diffuse || kind == SideKind::specular;
}

void DsmcStage::step(Agreement& agreement) {
  snapshot_.reset();
  const StepTally tally = simulation_.step(sampler_.sums_for_step());
  sampler_.add(tally);
  last_ = tally.collisions;
  candidates_ += last_.candidates;
  collisions_ += last_.collisions;
  const auto where = [&] { return fmt::format("stage \"{}\", step {}", context_.name, simulation_.num_steps_done()); };
  if (tally.lost > 0)
    agreement.fail(Error::numeric(
        fmt::format("{}: particle {} is not finite, or bounces more than {} times between walls in one step\n"
                    "try a smaller dt ({})",
                    where(), tally.lost, FlightRules::max_bounces, params_.dt)));
  if (last_.is_overfull)
    agreement.fail(
        Error::input(fmt::format("{}: more than {} pairs of particles may collide in one cell: use a smaller dt "
                                 "({}), fewer particles, or more cells",
                                 where(), CollisionRules::max_candidates, params_.dt)));
}

const data::System* DsmcStage::system() const {
  if (!snapshot_) {
    simulation_.settle();
    snapshot_.emplace(system_of(simulation_));
  }
  return &*snapshot_;
}

std::vector<SeriesColumn> DsmcStage::series_columns() const {
  std::vector<SeriesColumn> columns{{"time", ""}, {"particles", ""}, {"collisions", ""}};
  for (const char axis : axis_names) columns.push_back({fmt::format("momentum_{}", axis), ""});
  columns.push_back({"energy", ""});
  for (const auto& species : params_.gas.species) {
    if (params_.num_species() > 1) columns.push_back({"particles_" + species.name, ""});
    for (const char axis : axis_names) columns.push_back({fmt::format("velocity_{}_{}", axis, species.name), ""});
    columns.push_back({"temperature_" + species.name, ""});
    columns.push_back({"fourth_moment_" + species.name, ""});
  }
  for (int side = 0; side < num_sides; ++side) {
    if (!is_wall(side)) continue;
    const std::string name = side_names[side];
    for (const char axis : axis_names) columns.push_back({fmt::format("force_{}_on_{}", axis, name), ""});
    columns.push_back({"heat_into_" + name, ""});
  }
  return columns;
}

std::vector<double> DsmcStage::series_values() {
  const auto species = measure(simulation_);
  double particles = 0.0, momentum[3] = {}, energy = 0.0;
  for (const auto& one : species) {
    particles += one.particles;
    energy += one.energy;
    for (int c = 0; c < 3; ++c) momentum[c] += one.momentum[c];
  }
  const auto collisions = context_.comm.all_reduce(last_.collisions, Op::sum);
  std::vector<double> values{time(), particles, static_cast<double>(collisions)};
  values.insert(values.end(), momentum, momentum + 3);
  values.push_back(energy);
  for (const auto& one : species) {
    if (species.size() > 1) values.push_back(one.particles);
    values.insert(values.end(), one.velocity, one.velocity + 3);
    values.push_back(one.temperature);
    values.push_back(one.fourth_moment);
  }
  const auto walls = sampler_.wall_fluxes();
  for (int side = 0; side < num_sides; ++side)
    if (is_wall(side)) values.insert(values.end(), walls.begin() + 4 * side, walls.begin() + 4 * (side + 1));
  return values;
}

std::vector<Report> DsmcStage::reports() {
  if (params_.dimensions() > 1 || sampler_.num_samples() == 0) return {};
  return {sampler_.profile()};
}

std::vector<Stage::Result> DsmcStage::results() {
  std::vector<Result> rows;
  const auto add = [&rows](const std::string& label, const Sampler::Mean& mean, bool is_shown) {
    rows.push_back({label, mean.value, "", is_shown});
    rows.push_back({"error of " + label, mean.error, "", is_shown});
  };
  std::int64_t counts[2] = {candidates_, collisions_};
  context_.comm.all_reduce(counts, 2, Op::sum);
  const auto steps = static_cast<double>(std::max<std::int64_t>(1, simulation_.num_steps_done()));
  rows.push_back({"collisions a step (mean)", static_cast<double>(counts[1]) / steps, ""});
  if (counts[0] > 0)
    rows.push_back(
        {"share of drawn pairs that collide", static_cast<double>(counts[1]) / static_cast<double>(counts[0]), ""});
  for (int side = 0; side < num_sides; ++side) {
    if (!is_wall(side)) continue;
    const std::string name = side_names[side];
    const auto means = sampler_.wall_means(side);
    for (std::size_t c = 0; c < 3; ++c)
      add(fmt::format("force along {} on {}, an area", axis_names[c], name), means[c], c != 2);
    add(fmt::format("heat into {}, an area and time", name), means[3], true);
  }
  for (int a = 0; a < params_.num_species(); ++a) {
    const auto means = sampler_.means(a);
    for (std::size_t n = 0; n < means.size(); ++n)
      add(fmt::format("mean of {}_{}", quantity_names[n], simulation_.gas().species(a).name), means[n],
          params_.dimensions() == 1 && (n == 8 || n == 11));
  }
  const Resolution now = resolution_of(params_);
  if (params_.dimensions() > 0) {
    rows.push_back({"cell / mean free path at the start (expected below 1/3)", now.cell_over_path, ""});
    rows.push_back({"dt / time to cross a cell (expected below 0.25)", now.step_over_transit, ""});
  }
  rows.push_back({"dt / time between collisions (expected below 0.2)", now.step_over_collision, ""});
  rows.push_back({"particles in the emptiest cell at the start", now.fewest_particles, ""});
  return rows;
}

void DsmcStage::save(data::StateWriter& writer) {
  simulation_.save(writer);
  sampler_.save(writer);
  std::int64_t counts[4] = {candidates_, collisions_, last_.candidates, last_.collisions};
  context_.comm.all_reduce(counts, 4, Op::sum);
  writer.put("collisions", std::vector<std::int64_t>(counts, counts + 4));
}

void DsmcStage::restore(data::StateReader& reader) {
  simulation_.restore(reader);
  sampler_.restore(reader);
  std::vector<std::int64_t> counts;
  reader.get("collisions", counts);
  if (counts.size() != 4) throw Error::input("the checkpoint of this stage has counts of the wrong size");
  if (!context_.comm.is_root()) counts.assign(4, 0);
  candidates_ = counts[0];
  collisions_ = counts[1];
  last_.candidates = counts[2];
  last_.collisions = counts[3];
}

}  // namespace tessera::sim::dsmc
