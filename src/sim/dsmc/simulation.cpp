#include "sim/dsmc/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/agree.hpp"
#include "base/region.hpp"
#include "sim/dsmc/limits.hpp"

namespace tessera::sim::dsmc {

namespace {

constexpr int rows_at_once = 512;  // particles of a chunk of cells: they stay in a core's caches

data::Particles empty_particles(const Comm& comm, int directions) {
  using data::Column;
  data::Particles particles(comm);
  particles.add<double>("position", std::max(1, directions), Column::saved, "length");
  particles.add<double>("velocity", 3, Column::saved, "velocity");
  particles.add<std::int64_t>("id", 1, Column::saved);
  particles.add<int>("type", 1, Column::saved);
  return particles;
}

/// Cells of this rank times species. Throws Error (input) if they cannot be counted.
int num_bins(const data::Mesh& mesh, int species) {
  constexpr std::int64_t most = std::int64_t{1} << 30;
  return agree(mesh.comm(), [&] {
    const std::int64_t bins = mesh.local_cells() * species;
    if (bins > most || mesh.total_cells() >= (std::int64_t{1} << id_shift))
      throw Error::input(
          fmt::format("a rank would have {} cells of {} species; expected at most {} in all, and 2^{} "
                      "cells on all ranks: use more ranks or fewer cells",
                      mesh.local_cells(), species, most, id_shift));
    return static_cast<int>(bins);
  });
}

int num_pairs(int species) { return species * (species + 1) / 2; }

template <int directions>
StepTally run_step(StepKernel<directions> kernel) {
  const int cells = kernel.grid.num_local(), chunks = (cells + kernel.cells_at_once - 1) / kernel.cells_at_once;
  StepTally tally;
  Kokkos::parallel_reduce("dsmc/collide_and_fly", Range(0, chunks), kernel, Kokkos::Sum<StepTally>(tally));
  return tally;
}

template <int directions>
StepKernel<directions> with_directions(const StepKernel<3>& k) {
  return {k.grid,    k.collisions, k.flight, k.dt,       k.from, k.to,           k.order,
          k.offsets, k.target,     k.counts, k.majorant, k.sums, k.cells_at_once};
}

StepTally run_in(int directions, const StepKernel<3>& kernel) {
  switch (directions) {
    case 0:
      return run_step(with_directions<0>(kernel));
    case 1:
      return run_step(with_directions<1>(kernel));
    case 2:
      return run_step(with_directions<2>(kernel));
    default:
      return run_step(kernel);
  }
}

template <class T>
void take_rows(const Array2<T>& from, const Array2<T>& to, const Array1<int>& order, int rows) {
  const auto components = static_cast<int>(from.extent(1));
  Kokkos::parallel_for(
      "dsmc/take_rows", Range(0, rows), KOKKOS_LAMBDA(int row) {
        for (int c = 0; c < components; ++c) to(row, c) = from(order(row), c);
      });
}

void write_types(const Array1<int>& offsets, const Array2<int>& type, int num_bins, int species) {
  Kokkos::parallel_for(
      "dsmc/write_types", Range(0, num_bins), KOKKOS_LAMBDA(int bin) {
        for (int row = offsets(bin); row < offsets(bin + 1); ++row) type(row, 0) = bin % species;
      });
}

void sum_moments(const ParticleColumns& columns, const Array1<int>& offsets, const Array1<int>& order, int num_cells,
                 int species, double* sums) {
  const auto apart = static_cast<std::int64_t>(num_cells);
  const auto velocity = columns.velocity;
  Kokkos::parallel_for(
      "dsmc/sum_moments", Range(0, num_cells), KOKKOS_LAMBDA(int cell) {
        for (int a = 0; a < species; ++a) {
          double sum[num_sums] = {};
          for (int n = offsets(cell * species + a); n < offsets(cell * species + a + 1); ++n) {
            double v[3];
            for (int c = 0; c < 3; ++c) v[c] = velocity(order(n), c);
            add_velocities({v, v + 1, v + 2}, 0, 1, sum);
          }
          for (int n = 0; n < num_sums; ++n) sums[cell + apart * (a * num_sums + n)] += sum[n];
        }
      });
}

void swap_columns(data::Particles& a, data::Particles& b) {
  for (std::size_t n = 0; n < a.columns().size(); ++n) std::swap(a.columns()[n].data, b.columns()[n].data);
}

}  // namespace

Simulation::Simulation(const Comm& comm, const DsmcParams& params, std::uint32_t seed)
    : params_(params),
      seed_(seed),
      gas_(params.gas, params.boltzmann),
      mesh_(comm, params.whole_box(), params.mesh_cells()),
      grid_(mesh_, params.dimensions()),
      state_(params),
      owners_(mesh_),
      bins_(num_bins(mesh_, params.num_species())),
      particles_(empty_particles(comm, params.dimensions())),
      spare_(empty_particles(comm, params.dimensions())),
      majorant_(mesh_, "majorant", num_pairs(params.num_species()), 0) {
  check_limits(params);
}

ParticleColumns Simulation::columns_of(const data::Particles& particles) {
  return {particles.get<double>("position"), particles.get<double>("velocity"), particles.get<std::int64_t>("id")};
}

void Simulation::set_weight() {
  ExactSum real;
  const double volume = params_.cell_volume();
  agree(mesh_.comm(), [&] {
    for (int cell = 0; cell < grid_.num_local(); ++cell)
      for (const auto& state : state_.in_cell(grid_, grid_.to_global(cell))) real.add(state.density * volume);
  });
  all_reduce(mesh_.comm(), &real, 1);
  if (!(real.value() > 0.0))
    throw Error::input(
        "the box is empty at the start: how many real particles would a simulated one stand for? Give a "
        "[[stage.initial]] with a density above 0");
  weight_ = real.value() / static_cast<double>(params_.particles);
}

void Simulation::set_majorants() {
  double temperature = largest_temperature(params_);
  agree(mesh_.comm(), [&] {
    for (int cell = 0; cell < grid_.num_local(); ++cell)
      temperature = std::max(temperature, largest_temperature(params_, state_, grid_, grid_.to_global(cell)));
  });
  temperature = mesh_.comm().all_reduce(temperature, Op::max);
  const auto values = Kokkos::create_mirror_view(majorant_.values());
  const auto cells = static_cast<std::size_t>(grid_.num_local());
  std::size_t number = 0;
  for (int a = 0; a < gas_.num_species(); ++a)
    for (int b = a; b < gas_.num_species(); ++b, ++number) {
      const auto& kernel = gas_.kernel(a, b);
      const double mass = gas_.species(a).mass * gas_.species(b).mass / (gas_.species(a).mass + gas_.species(b).mass);
      // One collision in a thousand is faster, and raises it.
      const double speed = 4.0 * std::sqrt(params_.boltzmann * temperature / mass);
      std::fill_n(values.data() + number * cells, cells, kernel.total() * std::pow(speed, kernel.gamma));
    }
  Kokkos::deep_copy(majorant_.values(), values);
}

void Simulation::start() {
  set_weight();
  set_majorants();
  const Comm& comm = mesh_.comm();
  const Filler filler(params_, state_, grid_, weight_, seed_);
  std::int64_t most = 0;
  for (int cell = 0; cell < grid_.num_local(); ++cell) most = std::max(most, filler.count(grid_.to_global(cell)));
  most = comm.all_reduce(most, Op::max);
  if (most > (1 << 22))
    throw Error::input(
        fmt::format("{} particles in one cell; expected at most {}: use more cells or fewer particles", most, 1 << 22));
  // Not one behind the other: nobody knows how many other cells have.
  first_inflow_id_ = 1 + grid_.total() * most;
  std::vector<Traveller> particles;
  agree(comm, [&] {
    for (int cell = 0; cell < grid_.num_local(); ++cell)
      filler.fill(grid_.to_global(cell), 1 + grid_.to_global(cell) * most, particles);
  });
  bins_.begin();
  take_in(particles, 0, 0);
  step_ = 0;
  settle();
  inflow_.emplace(params_, grid_, weight_, seed_);
}

void Simulation::take_in(const std::vector<Traveller>& arrived, int rows, int num_sorted) {
  const auto all = rows + static_cast<std::int64_t>(arrived.size());
  particles_.resize_owned(all);
  bins_.reserve(all);
  unpack(arrived, columns(), rows, grid_.dimensions);
  extras_.clear();
  for (std::size_t n = 0; n < arrived.size(); ++n)
    extras_.push_back({arrived[n].origin, rows + static_cast<int>(n),
                       grid_.local_of(arrived[n].cell) * params_.num_species() + arrived[n].type});
  bins_.finish(static_cast<int>(all), num_sorted, extras_, grid_, params_.num_species());
}

CollisionRules Simulation::collision_rules() const {
  CollisionRules rules;
  rules.num_species = gas_.num_species();
  rules.density = params_.dt * weight_ / params_.cell_volume();
  rules.random = Random(seed_, RandomPurpose::dsmc_collision);
  rules.step = static_cast<std::uint64_t>(step_);
  for (int a = 0; a < gas_.num_species(); ++a)
    for (int b = 0; b < gas_.num_species(); ++b) {
      const auto& kernel = gas_.kernel(a, b);
      const double sum = gas_.species(a).mass + gas_.species(b).mass;
      rules.pair[a * gas_.num_species() + b] = {kernel.total(), kernel.gamma, 1.0 / kernel.alpha,
                                                gas_.species(b).mass / sum, gas_.species(a).mass / sum};
    }
  return rules;
}

FlightRules Simulation::flight_rules() const {
  FlightRules rules;
  rules.grid = grid_;
  rules.random = Random(seed_, RandomPurpose::dsmc_wall);
  rules.step = static_cast<std::uint64_t>(step_);
  const auto sides = params_.all_sides();
  for (std::size_t n = 0; n < sides.size(); ++n)
    rules.side[n] = {sides[n].kind,
                     params_.boltzmann * sides[n].temperature,
                     sides[n].accommodation,
                     {sides[n].velocity[0], sides[n].velocity[1], sides[n].velocity[2]}};
  for (int a = 0; a < gas_.num_species(); ++a) rules.mass[a] = gas_.species(a).mass;
  return rules;
}

void Simulation::move_gathered(int rows) {
  swap_columns(particles_, spare_);
  particles_.resize_owned(rows);
}

StepTally Simulation::step(const data::Field* sums) {
  const Region region("dsmc/step");
  const int rows = bins_.total(), cells = grid_.num_local();
  spare_.resize_owned(rows);
  bins_.reserve(rows);
  bins_.begin();
  const FlightRules flight = flight_rules();
  const int at_once =
      std::max(1, device_is_host ? static_cast<int>(std::int64_t{rows_at_once} * cells / (rows + 1)) : 1);
  StepTally tally;
  {
    const Region inner("dsmc/collide_and_fly");
    tally = run_in(grid_.dimensions,
                   {grid_, collision_rules(), flight, params_.dt, columns(), columns_of(spare_), bins_.order(),
                    bins_.offsets(), bins_.target(), bins_.counts(), majorant_.values().data(),
                    sums != nullptr ? sums->values().data() : nullptr, std::min(at_once, cells)});
    move_gathered(rows);
  }
  const Region sorting("dsmc/sort");
  const Comm& comm = mesh_.comm();
  std::vector<Traveller> moving = pack_leaving(columns(), bins_, rows, tally.leaving, grid_, gas_.num_species());
  std::vector<Traveller> arrived;
  if (!inflow_->is_empty()) {
    inflow_->enter(flight, first_inflow_id_, tally.walls, arrived);
    const auto stays = [&](const Traveller& one) { return grid_.local_of(one.cell) >= 0; };
    const auto first_other = std::stable_partition(arrived.begin(), arrived.end(), stays);
    moving.insert(moving.end(), first_other, arrived.end());
    arrived.erase(first_other, arrived.end());
  }
  if (comm.size() > 1) {
    const auto others = exchange(comm, owners_, moving);
    arrived.insert(arrived.end(), others.begin(), others.end());
  }
  take_in(arrived, rows, rows);
  ++step_;
  return tally;
}

void Simulation::settle() {
  const int rows = bins_.total();
  spare_.resize_owned(rows);
  if (rows > 0) {
    const ParticleColumns from = columns(), to = columns_of(spare_);
    take_rows(from.position, to.position, bins_.order(), rows);
    take_rows(from.velocity, to.velocity, bins_.order(), rows);
    take_rows(from.id, to.id, bins_.order(), rows);
  }
  move_gathered(rows);
  bins_.set_sorted();
  write_types(bins_.offsets(), particles_.get<int>("type"), bins_.num_bins(), gas_.num_species());
}

void Simulation::add_moments(const data::Field& sums) const {
  sum_moments(columns(), bins_.offsets(), bins_.order(), grid_.num_local(), gas_.num_species(), sums.values().data());
}

void Simulation::save(data::StateWriter& writer) {
  settle();
  writer.put("step", step_);
  writer.put("weight", weight_);
  writer.put("first_inflow_id", first_inflow_id_);
  writer.put_particles("rows", particles_);
  writer.put_field("majorant", majorant_);
}

void Simulation::restore(data::StateReader& reader) {
  reader.get("step", step_);
  reader.get("weight", weight_);
  reader.get("first_inflow_id", first_inflow_id_);
  reader.get_particles("rows", particles_);
  reader.get_field("majorant", majorant_);
  const Comm& comm = mesh_.comm();
  // Cells were written whole, in order: the number of the row orders the particles of each.
  const std::int64_t first = comm.exclusive_sum(particles_.num_owned());
  const ParticleColumns now = columns();
  const auto position = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), now.position);
  const auto velocity = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), now.velocity);
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), now.id);
  const auto type = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles_.get<int>("type"));
  std::vector<Traveller> here, moving;
  agree(comm, [&] {
    for (int row = 0; row < particles_.num_owned(); ++row) {
      Traveller one{};
      for (int d = 0; d < grid_.dimensions; ++d) one.x[d] = position(row, d);
      for (int c = 0; c < 3; ++c) one.v[c] = velocity(row, c);
      one.id = id(row, 0);
      one.type = type(row, 0);
      if (one.type < 0 || one.type >= gas_.num_species())
        throw Error::input(fmt::format("the checkpoint has a particle of species {}; the deck has {}", one.type + 1,
                                       gas_.num_species()));
      one.origin = {first + row, 0};
      one.cell = grid_.global_of(one.x);
      (grid_.local_of(one.cell) >= 0 ? here : moving).push_back(one);
    }
  });
  const auto others = exchange(comm, owners_, moving);
  here.insert(here.end(), others.begin(), others.end());
  bins_.begin();
  take_in(here, 0, 0);
  settle();
  inflow_.emplace(params_, grid_, weight_, seed_);
}

}  // namespace tessera::sim::dsmc
