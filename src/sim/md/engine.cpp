#include "sim/md/engine.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/agree.hpp"
#include "base/region.hpp"
#include "sim/md/ensembles/integrate.hpp"
#include "sim/velocities.hpp"

namespace tessera::sim::md {

using data::Column;

namespace {

bool is_given(const data::Int3& grid) { return grid[0] * grid[1] * grid[2] != 0; }

data::Tiling make_tiling(const data::System& system, data::Int3 grid) {
  const Comm& comm = system.particles.comm();
  if (!is_given(grid)) return {comm, system.box};
  return {comm, system.box, grid};
}

std::vector<double> numbers_of(const data::Box& box) {
  std::vector<double> numbers{box.origin[0], box.origin[1], box.origin[2]};
  for (const auto& vector : box.cell) numbers.insert(numbers.end(), vector, vector + 3);
  return numbers;
}

/// With sides like those of another one.
data::Box read_box(data::StateReader& reader, const char* name, const data::Box& like) {
  std::vector<double> numbers;
  reader.get(name, numbers);
  if (numbers.size() != 12) throw Error::input("the checkpoint of this stage has a box of the wrong size");
  double cell[3][3];
  for (std::size_t n = 0; n < 9; ++n) cell[n / 3][n % 3] = numbers[3 + n];
  return data::Box::triclinic({numbers[0], numbers[1], numbers[2]}, cell,
                              {like.is_periodic[0], like.is_periodic[1], like.is_periodic[2]});
}

}  // namespace

Engine::Engine(data::System system, const Units& units, ForceField forces, const NeighbourParams& neighbours, double dt,
               data::Int3 grid, const BalanceParams& balance)
    : system_(std::move(system)),
      units_(units),
      neighbours_(neighbours),
      dt_(dt),
      longest_drift_(0.5 * std::min({system_.box.height(0), system_.box.height(1), system_.box.height(2)})),
      lists_(make_tiling(system_, grid), forces.cutoff(), neighbours.skin, neighbours.inner_skin, balance,
             !is_given(grid), forces.needs_full_lists() ? data::PairCount::full : data::preferred_pair_count()),
      forces_(std::move(forces)) {
  const std::size_t types = std::max<std::size_t>(system_.species.size(), 1);
  mass_ = Array1<double>("mass", types);
  acceleration_factor_ = Array1<double>("acceleration factor", types);
  const auto mass = Kokkos::create_mirror_view(mass_);
  const auto factor = Kokkos::create_mirror_view(acceleration_factor_);
  for (std::size_t t = 0; t < types; ++t) {
    mass(t) = t < system_.species.size() ? system_.species[t].mass : 1.0;
    factor(t) = 1.0 / (mass(t) * units.mass_velocity2);
  }
  Kokkos::deep_copy(mass_, mass);
  Kokkos::deep_copy(acceleration_factor_, factor);
  add_columns();
  num_global_ = system_.particles.num_global();
}

void Engine::add_columns() {
  auto& particles = system_.particles;
  if (!particles.has_column("velocity"))
    particles.add<double>("velocity", 3, Column::saved | Column::output, "velocity");
  if (!particles.has_column("force")) {
    const Column copies = forces_.adds_to_copies() ? Column::halo : Column::plain;
    particles.add<double>("force", 3, Column::output | copies, "force");
  }
  PairLists::add_columns(particles);
}

void Engine::start() {
  rebuild_lists(true);
  if (ensemble_.place(*this)) rebuild_lists(false);
  update_halo_and_forces();
  agree(system_.particles.comm(), Outcome{forces_.problem()});
  ensemble_.start(*this);
  begin_stepping();
}

void Engine::set_ensemble(Ensemble ensemble) {
  const auto& periodic = system_.box.is_periodic;
  if (ensemble.changes_box() && !(periodic[0] && periodic[1] && periodic[2]))
    throw Error::input("a barostat needs a box that is periodic in all directions");
  ensemble_ = std::move(ensemble);
  ensemble_.attach(*this);
}

void Engine::rebuild_lists(bool first) {
  lists_.rebuild(system_.particles, first);
  forces_.rebuilt(system_.particles, neighbourhood());
  ensemble_.rebuilt(*this);
}

void Engine::begin_stepping() {
  if (!ensemble_.is_empty()) return ensemble_.prepare(*this);
  const Motion motion = look_ahead(system_.particles, acceleration_factor_, dt());
  double values[2] = {std::sqrt(motion.displacement2), std::sqrt(motion.step2)};
  system_.particles.comm().all_reduce(values, 2, Op::max);
  next_displacement_ = values[0];
  next_drift_ = values[1];
}

bool Engine::must_rebuild() const {
  if ((step_ + 1) % neighbours_.every != 0) return false;
  return !neighbours_.check || lists_.are_outdated(next_displacement_);
}

void Engine::step(Agreement& agreement) {
  if (ensemble_.moves_particles()) {
    time_ = static_cast<double>(++step_) * dt_;
    ensemble_.move(*this);
    return ensemble_.after_kick(*this);
  }
  const bool rebuild_now = ensemble_.is_empty() ? move() : move_with_ensemble();
  ++step_;
  time_ = static_cast<double>(step_) * dt_;
  if (rebuild_now) rebuild_lists(false);
  update_halo_and_forces();
  if (const auto problem = forces_.problem()) agreement.fail(*problem);
  if (const auto problem = ensemble_.problem()) agreement.fail(*problem);
  const Motion motion = kick(system_.particles, acceleration_factor_, dt());
  if (!ensemble_.is_empty()) ensemble_.after_kick(*this);
  agreement.raise(displacement, std::sqrt(motion.displacement2));
  agreement.raise(drift, std::sqrt(motion.step2));
  const bool goes_on =
      ensemble_.limits_drift() ? std::isfinite(motion.step2) : motion.step2 <= longest_drift_ * longest_drift_;
  if (!goes_on) agreement.fail(blow_up());
}

/// Where nothing interferes, the last step has foreseen how far this one goes. Returns whether lists are outdated.
bool Engine::move() {
  const bool rebuild_now = must_rebuild();
  kick_and_drift(system_.particles, acceleration_factor_, dt());
  lists_.moved(next_drift_);
  return rebuild_now;
}

/// Otherwise it is measured, and ranks agree on it at once.
bool Engine::move_with_ensemble() {
  moved_ = 0.0;
  ensemble_.before_kick(*this);
  half_kick(system_.particles, acceleration_factor_, dt());
  ensemble_.drift(*this);
  double values[2] = {std::sqrt(displacement2(system_.particles, lists_.built_box(), system_.box)), moved_};
  system_.particles.comm().all_reduce(values, 2, Op::max);
  next_displacement_ = values[0];
  lists_.moved(values[1]);
  const bool rebuild_now = must_rebuild();
  if (!rebuild_now && lists_.are_outdated(next_displacement_)) ++num_outdated_;
  return rebuild_now;
}

void Engine::relocated(double longest) {
  const auto& comm = system_.particles.comm();
  lists_.moved(longest);
  const double away2 = displacement2(system_.particles, lists_.built_box(), system_.box);
  if (lists_.are_outdated(std::sqrt(comm.all_reduce(away2, Op::max)))) rebuild_lists(false);
  update_halo_and_forces();
  agree(comm, Outcome{forces_.problem()});
}

void Engine::change_temperature(double temperature, double factor) {
  const double before = kinetic().energy;
  if (factor != 1.0) scale_velocities(system_.particles, factor);
  ensemble_.change_temperature(*this, temperature, factor != 1.0 ? kinetic().energy - before : 0.0);
}

double Engine::longest_next_drift() const {
  const Motion motion = look_ahead(system_.particles, acceleration_factor_, dt());
  return std::sqrt(system_.particles.comm().all_reduce(motion.step2, Op::max));
}

void Engine::drift_for(double dt) { moved_ += std::sqrt(md::drift(system_.particles, dt)); }

void Engine::deform(const data::Matrix3& map) {
  constexpr double most = 1.1;
  const double stretch = data::longest_stretch(map);
  const data::Box& box = system_.box;
  if (!(stretch <= most && data::shortest_stretch(map) >= 1.0 / most))
    throw Error::numeric(
        fmt::format("step {}: the barostat would change the box ({:.6g} x {:.6g} x {:.6g}) by more than a tenth in one "
                    "step; give it a longer time, or begin nearer to the density that the pressure asks for",
                    step_ + 1, box.height(0), box.height(1), box.height(2)));
  map_positions(system_.particles, box.origin, map);
  system_.box = data::deformed(box, map);
  lists_.set_box(system_.box);
  forces_.set_box(system_.box);
  moved_ *= stretch;
}

void Engine::agreed(const Agreement& agreement) {
  if (!ensemble_.is_empty()) return;
  next_displacement_ = agreement.raised(displacement);
  next_drift_ = agreement.raised(drift);
  if (lists_.are_outdated(next_displacement_) && !must_rebuild()) ++num_outdated_;
}

Error Engine::blow_up() const {
  const auto& particles = system_.particles;
  const auto copy = [](const auto& view) { return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view); };
  const auto x = copy(particles.get<double>("position"));
  const auto v = copy(particles.get<double>("velocity"));
  const auto f = copy(particles.get<double>("force"));
  const auto id = copy(particles.get<std::int64_t>("id"));
  const auto type = copy(particles.get<int>("type"));
  const auto factor = copy(acceleration_factor_);
  for (int i = 0; i < particles.num_owned(); ++i) {
    double next2 = 0.0;
    for (int c = 0; c < 3; ++c) {
      const double next = dt() * (v(i, c) + 0.5 * dt() * factor(type(i, 0)) * f(i, c));
      next2 += next * next;
    }
    if (next2 <= longest_drift_ * longest_drift_) continue;
    return Error::numeric(fmt::format(
        "step {}: particle {} at ({:.6g}, {:.6g}, {:.6g}) has velocity ({:.3g}, {:.3g}, {:.3g}) and force ({:.3g}, "
        "{:.3g}, {:.3g}), which takes it further than half the box in one step: the simulation has blown up; try a "
        "smaller dt, or look for overlapping particles",
        step_, id(i, 0), x(i, 0), x(i, 1), x(i, 2), v(i, 0), v(i, 1), v(i, 2), f(i, 0), f(i, 1), f(i, 2)));
  }
  return Error::internal(fmt::format("step {}: no particle is to blame for a drift that is too long", step_));
}

void Engine::update_halo_and_forces() {
  ++num_evaluations_;
  const auto& particles = system_.particles;
  lists_.begin_forces(particles);
  Kokkos::deep_copy(particles.get<double>("force"), 0.0);
  lists_.end_forces(particles, forces_);
}

StepCost Engine::step_cost() const {
  StepCost cost = forces_.cost(system_.particles, neighbourhood());
  const double rows = system_.particles.num_owned();
  // Drift with half a kick, 15 operations, and half a kick with a look ahead, 27: velocities twice read and written,
  // positions once read and written and once read, forces read twice, places of the last list build read.
  cost.flops += 42.0 * rows;
  cost.bytes += 24.0 * 10.0 * rows;
  double sums[2] = {cost.flops, cost.bytes};
  system_.particles.comm().all_reduce(sums, 2, Op::sum);
  return {sums[0], sums[1]};
}

Totals Engine::totals() const {
  const Region region("md/totals");
  const auto& particles = system_.particles;
  const ForceSums forces = forces_.sums(particles, neighbourhood());
  const MotionSums motion = motion_sums(particles, mass_);
  constexpr int count = 16;
  ExactSum sums[count] = {forces.energy};
  for (int n = 0; n < 6; ++n) sums[1 + n] = forces.virial[n];
  ensemble_.add_virial(*this, sums + 1);
  for (int n = 0; n < 9; ++n) sums[7 + n] = motion.part[n];
  all_reduce(particles.comm(), sums, count);

  Totals totals;
  totals.potential = sums[0].value();
  for (int n = 0; n < 6; ++n) totals.virial[n] = sums[1 + n].value();
  for (int n = 0; n < 6; ++n) totals.kinetic_tensor[n] = sums[7 + n].value() * units_.mass_velocity2;
  totals.kinetic = 0.5 * (totals.kinetic_tensor[0] + totals.kinetic_tensor[1] + totals.kinetic_tensor[2]);
  for (int c = 0; c < 3; ++c) totals.momentum[c] = sums[13 + c].value();
  return totals;
}

Kinetic Engine::kinetic() const {
  const auto& particles = system_.particles;
  MotionSums sums = motion_sums(particles, mass_);
  all_reduce(particles.comm(), sums.part, 9);
  Kinetic kinetic;
  for (int n = 0; n < 6; ++n) kinetic.tensor[n] = sums.part[n].value() * units_.mass_velocity2;
  kinetic.energy = 0.5 * (kinetic.tensor[0] + kinetic.tensor[1] + kinetic.tensor[2]);
  for (int c = 0; c < 3; ++c) kinetic.momentum[c] = sums.part[6 + c].value();
  return kinetic;
}

double Engine::potential_energy() const {
  ForceSums forces = forces_.sums(system_.particles, neighbourhood());
  all_reduce(system_.particles.comm(), &forces.energy, 1);
  return forces.energy.value();
}

std::array<double, 6> Engine::virial() const {
  const auto& particles = system_.particles;
  ForceSums forces = forces_.sums(particles, neighbourhood());
  ensemble_.add_virial(*this, forces.virial);
  all_reduce(particles.comm(), forces.virial, 6);
  std::array<double, 6> virial{};
  for (std::size_t n = 0; n < 6; ++n) virial[n] = forces.virial[n].value();
  return virial;
}

double Engine::degrees_of_freedom() const {
  return sim::degrees_of_freedom(num_global_, (ensemble_.conserves_momentum() ? 3 : 0) + ensemble_.num_constraints());
}

void Engine::save(data::StateWriter& writer) const {
  writer.put("step", step_);
  writer.put("num_outdated", num_outdated_);
  writer.put("num_evaluations", num_evaluations_);
  if (ensemble_.changes_box()) {
    writer.put("box_now", numbers_of(system_.box));
    writer.put("box_of_lists", numbers_of(lists_.built_box()));
  }
  ensemble_.save(*this, writer);
  lists_.save(writer);
  writer.put_particles("particles", system_.particles);
}

void Engine::restore(data::StateReader& reader) {
  auto& particles = system_.particles;
  reader.get("step", step_);
  reader.get("num_outdated", num_outdated_);
  std::optional<data::Box> built_box;
  if (ensemble_.changes_box()) {
    system_.box = read_box(reader, "box_now", system_.box);
    built_box = read_box(reader, "box_of_lists", system_.box);
    data::Tiling tiling = lists_.tiling();
    tiling.set_box(system_.box);
    forces_.set_box(system_.box);
    lists_.set_tiling(tiling);
  }
  ensemble_.restore(*this, reader);
  lists_.restore(reader);
  reader.get_particles("particles", particles);
  time_ = static_cast<double>(step_) * dt_;
  num_global_ = particles.num_global();
  lists_.rebuild_restored(particles, reader.same_ranks(), built_box);
  forces_.rebuilt(particles, neighbourhood());
  ensemble_.rebuilt(*this);
  update_halo_and_forces();
  reader.get("num_evaluations", num_evaluations_);
  begin_stepping();
}

}  // namespace tessera::sim::md
