#include "sim/particles/ensemble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/agree.hpp"
#include "base/region.hpp"
#include "data/table.hpp"
#include "sim/particles/start.hpp"

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
  if (!params.growth.empty()) growth_.emplace(params, seed);
  add_columns();
}

void Ensemble::add_columns() {
  using data::Column;
  particles_.add<std::int64_t>("id", 1, Column::saved);
  particles_.add<double>("position", params_.dimensions, Column::saved, "length");
  // Saved, so that a run goes on with the very bits that it ended with.
  particles_.add<double>("force", params_.dimensions, Column::saved, "force");
  if (steps_.has_velocity) particles_.add<double>("velocity", params_.dimensions, Column::saved, "velocity");
  if (steps_.has_noise) particles_.add<double>("noise", params_.dimensions, Column::saved, "length");
  if (steps_.has_predictor) particles_.add<double>("predictor", params_.dimensions, Column::plain);
  if (space_.has_periodic) particles_.add<int>("image", params_.dimensions, Column::saved);
  if (has_weights()) particles_.add<double>("log_weight", 1, Column::saved);
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
  draw_positions(params_, seed_, now, space_, rows);
  if (steps_.has_velocity)
    draw_normals(Random(seed_, RandomPurpose::langevin_velocity),
                 std::sqrt(params_.start.temperature.value() / params_.mass), now, params_.dimensions, rows);
  if (steps_.has_noise)
    draw_normals(Random(seed_, RandomPurpose::langevin_noise), steps_.segment[0].part[0].c, now, params_.dimensions,
                 rows);
  num_global_ = params_.particles;
  next_id_ = params_.particles + 1;
  step_ = 0;
  evaluate_forces(now, 0.0);
}

void Ensemble::evaluate_forces(const Columns& now, double time) {
  const int rows = particles_.num_owned();
  forces_.evaluate(now.position, now.force, rows, time);
  if (mean_field_) mean_field_->add_force(particles_.comm(), now.position, now.force, rows, num_global_);
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
  const Columns now = columns();
  const std::int64_t lost = forces_.has_formulas() || mean_field_ ? advance_by_segments(now) : advance_fused(now);
  ++step_;
  if (lost >= particles_.num_owned()) return 0;
  std::int64_t id = 0;
  Kokkos::deep_copy(id, Kokkos::subview(now.id, lost, 0));
  return id;
}

/// The whole step in one pass. Returns the lowest row that is lost, or more than there are.
std::int64_t Ensemble::advance_fused(const Columns& now) const {
  const Random random(seed_, RandomPurpose::langevin_noise);
  return std::visit(
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
      forces_.potential());
}

/// Formulas are evaluated for many particles at a time, and all must have moved before they act on one another: between
/// passes. What is lost stays so until the last one.
std::int64_t Ensemble::advance_by_segments(const Columns& now) {
  const Random random(seed_, RandomPurpose::langevin_noise);
  const int rows = particles_.num_owned();
  std::int64_t lost = StepKernel<0, NoPotential>::none;
  for (int s = 0; s < steps_.num_segments; ++s) {
    lost = std::min(lost, with_dimensions(params_.dimensions, [&](auto d) {
                      const StepKernel<decltype(d)::value, NoPotential> kernel{
                          now, steps_, space_, {}, random, static_cast<std::uint64_t>(step_), rows, s, s + 1, false};
                      return run(kernel, "particles/segment");
                    }));
    if (s + 1 < steps_.num_segments) evaluate_forces(now, time() + steps_.force_time[s]);
  }
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
  return moments;
}

std::vector<double> Ensemble::covariance(const Moments& moments) const {
  return covariance_of(particles_.comm(), sample(false), moments);
}

void Ensemble::save(data::StateWriter& writer) const {
  writer.put("step", step_);
  writer.put("particles", params_.particles);
  writer.put("next_id", next_id_);
  writer.put_particles("rows", particles_);
}

void Ensemble::restore(data::StateReader& reader) {
  std::int64_t count = 0;
  reader.get("step", step_);
  reader.get("particles", count);
  reader.get("next_id", next_id_);
  if (count != params_.particles)
    throw Error::input(fmt::format("a checkpoint of {} particles; expected {}", count, params_.particles));
  reader.get_particles("rows", particles_);
  num_global_ = particles_.num_global();
}

double bytes_per_particle(const LangevinParams& params) {
  const Steps steps = make_steps(params);
  const double columns =
      2.0 + (steps.has_more() ? 1.0 : 0.0) + (params.box ? 0.5 : 0.0) + (params.flow.empty() ? 0.0 : 1.0);
  const double growth = params.is_branching() ? 48.0 : params.has_weights() ? 8.0 : 0.0;
  return 8.0 + 8.0 * params.dimensions * columns + 8.0 + growth;  // id, columns, energies while they are summed up
}

}  // namespace tessera::sim::particles
