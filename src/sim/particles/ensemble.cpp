#include "sim/particles/ensemble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/agree.hpp"
#include "base/region.hpp"
#include "data/table.hpp"
#include "sim/particles/start.hpp"
#include "sim/particles/table_start.hpp"

namespace tessera::sim::particles {

namespace {

std::int64_t run(const auto& kernel, const char* name) {
  std::int64_t lost = 0;
  const int groups = (kernel.num_rows + rows_at_once - 1) / rows_at_once;
  Kokkos::parallel_reduce(name, Range(0, groups), kernel, Kokkos::Min<std::int64_t>(lost));
  return lost;
}

}  // namespace

Ensemble::Ensemble(const Comm& comm, const LangevinParams& params, std::uint32_t seed)
    : params_(params),
      seed_(seed),
      space_(make_space(params)),
      steps_(make_steps(params)),
      forces_(params),
      particles_(comm) {
  if (params.mean_field) mean_field_.emplace(*params.mean_field, params.dimensions);
  if (params.has_lists()) listed_.emplace(params);
  if (params.has_batches()) batched_.emplace(comm, params, seed);
  if (!params.growth.empty()) growth_.emplace(params, seed);
  add_columns();
}

void Ensemble::add_columns() {
  using data::Column;
  const int d = params_.dimensions, in_box = listed_ ? 3 : d;
  const Column is_copied = listed_ ? Column::halo : Column::plain;
  particles_.add<std::int64_t>("id", 1, Column::saved);
  particles_.add<double>("position", in_box, Column::saved | is_copied, "length");
  // Saved, so that a run goes on with the very bits that it ended with.
  particles_.add<double>("force", in_box, Column::saved, "force");
  if (steps_.has_velocity) particles_.add<double>("velocity", d, Column::saved, "velocity");
  if (steps_.has_noise) particles_.add<double>("noise", d, Column::saved, "length");
  if (steps_.has_predictor) particles_.add<double>("predictor", d, listed_ ? Column::saved : Column::plain);
  if (space_.has_periodic || listed_) particles_.add<int>("image", in_box, Column::saved);
  if (has_weights()) particles_.add<double>("log_weight", 1, Column::saved);
  if (listed_) ListedPairs::add_columns(particles_);
}

Columns Ensemble::columns() const {
  Columns columns{
      particles_.get<std::int64_t>("id"), particles_.get<double>("position"), {}, particles_.get<double>("force"), {}};
  if (steps_.has_velocity) columns.velocity = particles_.get<double>("velocity");
  if (steps_.has_noise) columns.velocity = particles_.get<double>("noise");
  if (steps_.has_predictor) columns.velocity = particles_.get<double>("predictor");
  if (space_.has_periodic) columns.image = particles_.get<int>("image");
  return columns;
}

void Ensemble::start() {
  const Comm& comm = particles_.comm();
  const std::int64_t first = data::first_of_share(params_.particles, 1, comm.rank(), comm.size()),
                     end = data::first_of_share(params_.particles, 1, comm.rank() + 1, comm.size());
  agree(comm, [&] { particles_.resize_owned(end - first); });
  const Columns now = columns();
  const int rows = particles_.num_owned();
  number_particles(now.id, first, rows);
  bool has_velocities = false;
  if (params_.start.kind == StartKind::table) {
    const auto table = read_start(comm, params_.start.file, params_);
    has_velocities = table.has_column("velocity") && !params_.start.temperature;
    take_table(table, now, space_, has_velocities, rows);
  } else {
    draw_positions(params_, seed_, now, space_, rows);
  }
  if (steps_.has_velocity && !has_velocities)
    draw_normals(Random(seed_, RandomPurpose::langevin_velocity),
                 std::sqrt(params_.start.temperature.value_or(params_.temperature) / params_.mass), now,
                 params_.dimensions, rows);
  if (steps_.has_noise)
    draw_normals(Random(seed_, RandomPurpose::langevin_noise), steps_.segment[0].part[0].c, now, params_.dimensions,
                 rows);
  num_global_ = params_.particles;
  next_id_ = params_.particles + 1;
  step_ = 0;
  if (listed_) listed_->start(particles_);
  evaluate_forces(0, 0.0);
}

/// Evaluations of a step are numbered from 1; that of the start is number 0 of step 0. Rows may change.
void Ensemble::evaluate_forces(int evaluation, double time) {
  if (listed_) {
    listed_->update(particles_);
    listed_->begin_forces(particles_);
  }
  const Columns now = columns();
  const int rows = particles_.num_owned();
  const Comm& comm = particles_.comm();
  forces_.evaluate(now.position, now.force, rows, time);
  if (mean_field_) mean_field_->add_force(comm, now.position, now.force, rows, num_global_);
  if (batched_) batched_->add_force(now.position, now.force, rows, num_global_, {step_, evaluation}, time);
  if (listed_) listed_->end_forces(particles_, time);
}

/// Collective. A particle's share.
double Ensemble::pair_energy() const {
  double energy = 0.0;
  if (listed_) energy = listed_->energy(particles_, time());
  if (batched_)
    energy = batched_->energy(particles_.get<double>("position"), particles_.num_owned(), num_global_,
                              {step_, BatchedPairs::evaluations_per_step - 1}, time());
  return energy / static_cast<double>(num_global_);
}

void Ensemble::grow() {
  if (has_weights()) {
    growth_->weigh(particles_, time());
    return;
  }
  growth_->branch(particles_, step_, time(), next_id_);
  num_global_ = particles_.num_global();
  if (num_global_ == 0)
    throw Error::numeric(
        fmt::format("step {}: all particles have died; expected a higher growth rate, or more particles", step_ + 1));
}

std::int64_t Ensemble::step() {
  const Region region("particles/step");
  if (growth_) grow();
  const bool is_fused = !forces_.has_formulas() && !mean_field_ && !listed_ && !batched_;
  const std::int64_t lost = is_fused ? advance_fused() : advance_by_segments();
  ++step_;
  return lost;
}

/// 0 where there is no such row.
std::int64_t Ensemble::id_of(std::int64_t row) const {
  if (row >= particles_.num_owned()) return 0;
  std::int64_t id = 0;
  Kokkos::deep_copy(id, Kokkos::subview(particles_.get<std::int64_t>("id"), row, 0));
  return id;
}

/// The whole step in one pass. Returns the id of the first row that is lost, or 0.
std::int64_t Ensemble::advance_fused() const {
  const Columns now = columns();
  const Random random(seed_, RandomPurpose::langevin_noise);
  return id_of(std::visit(
      [&](const auto& potential) {
        return with_dimensions(params_.dimensions, [&](auto d) {
          const StepKernel<decltype(d)::value, std::decay_t<decltype(potential)>> kernel{
              now,
              steps_,
              space_,
              potential,
              random,
              static_cast<std::uint64_t>(step_),
              particles_.num_owned(),
              0,
              steps_.num_segments,
              true};
          return run(kernel, "particles/step");
        });
      },
      forces_.potential()));
}

/// Formulas are evaluated for many particles at a time, and all must have moved before they act on one another: between
/// passes. Returns as advance_fused().
std::int64_t Ensemble::advance_by_segments() {
  const Random random(seed_, RandomPurpose::langevin_noise);
  const auto step = static_cast<std::uint64_t>(step_);
  std::int64_t lost = 0;
  for (int s = 0; s < steps_.num_segments; ++s) {
    const Columns now = columns();
    const int rows = particles_.num_owned();
    const std::int64_t row = with_dimensions(params_.dimensions, [&](auto d) {
      const StepKernel<decltype(d)::value, NoPotential> kernel{now,  steps_, space_, {},    random,
                                                               step, rows,   s,      s + 1, false};
      return run(kernel, "particles/segment");
    });
    if (lost == 0) lost = id_of(row);
    if (s + 1 < steps_.num_segments) evaluate_forces(s + 1, time() + steps_.force_time[s]);
  }
  if (listed_ && steps_.ends_with_motion()) listed_->settle(particles_);
  return lost;
}

Sample Ensemble::sample(bool with_energy) const {
  const int rows = particles_.num_owned();
  Sample sample{columns(), space_, {}, rows, steps_.has_velocity, has_weights(), {}};
  if (with_energy) sample.energy = forces_.energies(sample.columns.position, rows, time());
  if (has_weights()) sample.log_weight = particles_.get<double>("log_weight");
  return sample;
}

Moments Ensemble::moments() const {
  const Region region("particles/moments");
  Moments moments = moments_of(particles_.comm(), sample(true), params_.mass);
  if (mean_field_)
    moments.potential +=
        mean_field_->energy(particles_.comm(), particles_.get<double>("position"), particles_.num_owned(), num_global_);
  moments.potential += pair_energy();
  return moments;
}

std::vector<double> Ensemble::covariance(const Moments& moments) const {
  return covariance_of(particles_.comm(), sample(false), moments);
}

void Ensemble::save(data::StateWriter& writer) const {
  writer.put("step", step_);
  writer.put("particles", params_.particles);
  writer.put("next_id", next_id_);
  if (listed_) listed_->save(writer);
  writer.put_particles("rows", particles_);
}

void Ensemble::restore(data::StateReader& reader) {
  std::int64_t count = 0;
  reader.get("step", step_);
  reader.get("particles", count);
  reader.get("next_id", next_id_);
  if (count != params_.particles)
    throw Error::input(fmt::format("a checkpoint of {} particles; expected {}", count, params_.particles));
  if (listed_) listed_->restore(reader, particles_.comm());
  reader.get_particles("rows", particles_);
  num_global_ = particles_.num_global();
  if (listed_) listed_->rebuild_restored(particles_, reader.same_ranks());
}

double bytes_per_particle(const LangevinParams& params) {
  const Steps steps = make_steps(params);
  const double columns =
      2.0 + (steps.has_more() ? 1.0 : 0.0) + (params.box ? 0.5 : 0.0) + (params.flow.empty() ? 0.0 : 1.0);
  const double growth = params.is_branching() ? 48.0 : params.has_weights() ? 8.0 : 0.0;
  double pairs = 0.0;
  if (params.has_lists()) pairs = 72.0 + 4.0 + 160.0;  // columns of three, types, and lists of some 40 clusters
  if (params.has_batches()) pairs = 8.0 + 40.0 * params.dimensions;  // places, and what is sent to them and back
  // Besides the columns: the id, and energies while they are summed up.
  return 16.0 + 8.0 * params.dimensions * columns + growth + pairs;
}

}  // namespace tessera::sim::particles
