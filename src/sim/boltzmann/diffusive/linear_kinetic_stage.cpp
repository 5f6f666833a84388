#include "sim/boltzmann/diffusive/linear_kinetic_stage.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/agree.hpp"

namespace tessera::sim::boltzmann::diffusive {

LinearKineticStage::LinearKineticStage(const StageContext& context, const LinearKineticParams& params)
    : name_(context.name),
      steps_(agree(context.comm, [&] { return choose_time_steps(params); })),
      line_(context.comm, params, steps_.dt),
      flux_(line_.density().mesh(), "flux", 1, 0) {
  if (params.records_distribution) distribution_.emplace(line_.density().mesh(), "distribution", params.velocities, 0);
}

void LinearKineticStage::start() {
  line_.start();
  first_mass_ = sum_line(line_).mass;
}

void LinearKineticStage::step(Agreement& agreement) {
  line_.step();
  ++step_;
  if (!line_.is_finite())
    agreement.fail(
        Error::numeric(fmt::format("stage \"{}\", step {}: the density is no longer finite\nthe time step ({:g}) is "
                                   "too long for this potential or "
                                   "scattering: halve dt, or take more cells",
                                   name_, step_, steps_.dt)));
}

std::vector<SeriesColumn> LinearKineticStage::series_columns() const {
  std::vector<SeriesColumn> columns{{"time", ""}, {"mass", ""}};
  for (const char* name : {"cosine", "sine", "entropy", "deviation"}) columns.push_back({name, ""});
  if (line_.params().collisions == LinearCollisions::fokker_planck) columns.push_back({"kinetic_energy", ""});
  return columns;
}

std::vector<double> LinearKineticStage::series_values() {
  const auto sums = sum_line(line_);
  std::vector<double> values{time(), sums.mass, sums.cosine, sums.sine, sums.entropy, sums.deviation};
  if (line_.params().collisions == LinearCollisions::fokker_planck) values.push_back(sums.kinetic_energy);
  return values;
}

std::vector<const data::Field*> LinearKineticStage::fields() {
  line_.fill_ghosts();
  write_flux(line_, flux_);
  std::vector<const data::Field*> fields{&line_.density(), &flux_};
  if (distribution_) {
    write_distribution(line_, *distribution_);
    fields.push_back(&*distribution_);
  }
  return fields;
}

std::vector<Stage::Result> LinearKineticStage::results() {
  const auto sums = sum_line(line_);
  const double scale = first_mass_ != 0.0 ? std::fabs(first_mass_) : 1.0;
  return {{"eps", line_.params().eps, ""},
          {"first wave, cosine", sums.cosine, ""},
          {"change of mass, relative", (sums.mass - first_mass_) / scale, ""},
          {"distance from equilibrium", sums.deviation, ""}};
}

void LinearKineticStage::save(data::StateWriter& writer) {
  writer.put("step", step_);
  writer.put("first_mass", first_mass_);
  writer.put("high_wall", line_.high_wall());
  writer.put_field("density", line_.density());
  writer.put_field("deviation", line_.deviation());
}

void LinearKineticStage::restore(data::StateReader& reader) {
  reader.get("step", step_);
  reader.get("first_mass", first_mass_);
  std::vector<double> wall;
  reader.get("high_wall", wall);
  reader.get_field("density", line_.density());
  reader.get_field("deviation", line_.deviation());
  if (!line_.params().is_periodic()) line_.set_high_wall(wall);
  line_.fill_ghosts();
}

double line_bytes(const LinearKineticParams& params, int ranks) {
  const double cells = std::ceil(static_cast<double>(params.cells) / ranks), count = params.velocities;
  const double ghosts = params.is_periodic() ? 4.0 : 6.0;
  // g with its ghosts, rates, and what the first of two stages leaves; f / M and its copy for files.
  double numbers = (cells + ghosts) * count + cells * count * (params.order == 2 ? 2.0 : 1.0);
  if (params.records_distribution) numbers += 2.0 * cells * count;
  // Density and flux with theirs, two densities, six numbers of the medium, a system of equations with its solution.
  numbers += cells * (2.0 + 1.0 + 2.0 + 6.0 + (params.diffusion == DiffusionPart::implicitly ? 5.0 : 0.0));
  return 8.0 * numbers;
}

}  // namespace tessera::sim::boltzmann::diffusive
