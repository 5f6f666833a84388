#include "sim/particles/langevin_stage.hpp"

#include <fmt/format.h>

#include "sim/particles/snapshot.hpp"

namespace tessera::sim::particles {

namespace {

/// With the file that particles start from, if an earlier stage has left it.
LangevinParams with_file(const StageContext& context, LangevinParams params) {
  if (!params.start.data.empty()) params.start.file = context.earlier_folder(params.start.data) + "/table.h5";
  return params;
}

}  // namespace

LangevinStage::LangevinStage(const StageContext& context, const LangevinParams& params)
    : context_(context),
      params_(params),
      names_(coordinate_names(params.dimensions)),
      ensemble_(context.comm, with_file(context, params), context.seed) {
  if (params_.record) record_.emplace(ensemble_, *params_.record, context.seed);
}

void LangevinStage::start() {
  ensemble_.start();
  if (record_) record_->add(ensemble_);
}

void LangevinStage::step(Agreement& agreement) {
  snapshot_.reset();
  const std::int64_t lost = ensemble_.step();
  if (lost > 0)
    agreement.fail(Error::numeric(fmt::format(
        "stage \"{}\", step {}: the position of particle {} is not finite, or too far away to follow it any further\n"
        "the time step ({}) is too long for these forces, or the potential does not hold particles",
        context_.name, ensemble_.num_steps_done(), lost, params_.dt)));
  const std::int64_t done = ensemble_.num_steps_done();
  if (record_ && (done % params_.record->every == 0 || done == params_.steps)) record_->add(ensemble_);
}

const data::System* LangevinStage::system() const {
  if (params_.dimensions > 3) return nullptr;
  if (!snapshot_) snapshot_.emplace(snapshot_of(ensemble_, params_.mass));
  return &*snapshot_;
}

std::vector<SeriesColumn> LangevinStage::series_columns() const {
  std::vector<SeriesColumn> columns{{"time", ""}, {"potential_energy", ""}};
  if (ensemble_.has_velocity()) columns.push_back({"temperature", ""});
  if (!params_.growth.empty()) columns.push_back({"mass", ""});
  if (ensemble_.has_weights()) columns.push_back({"effective_count", ""});
  for (const auto& name : names_) columns.push_back({"mean_" + name, ""});
  for (const auto& name : names_) columns.push_back({"variance_" + name, ""});
  return columns;
}

std::vector<double> LangevinStage::series_values() {
  const Moments now = ensemble_.moments();
  const std::int64_t step = ensemble_.num_steps_done();
  if (2 * step > params_.steps && step > last_summed_) {
    last_summed_ = step;
    num_summed_ += 1.0;
    sum_potential_ += now.potential;
    sum_temperature_ += now.temperature;
  }
  std::vector<double> values{time(), now.potential};
  if (ensemble_.has_velocity()) values.push_back(now.temperature);
  if (!params_.growth.empty()) values.push_back(now.weight / static_cast<double>(params_.particles));
  if (ensemble_.has_weights()) values.push_back(now.effective_count);
  values.insert(values.end(), now.mean.begin(), now.mean.end());
  values.insert(values.end(), now.variance.begin(), now.variance.end());
  return values;
}

std::vector<Report> LangevinStage::reports() {
  const Moments now = ensemble_.moments();
  const std::vector<double>& mean = now.mean;
  const std::vector<double> covariance = ensemble_.covariance(now);
  Report report{"moments.csv", {{"coordinate", ""}, {"mean", ""}}, {}};
  for (const auto& name : names_) report.columns.push_back({"covariance_with_" + name, ""});
  const std::size_t d = mean.size();
  for (std::size_t c = 0; c < d; ++c) {
    std::vector<double> row{static_cast<double>(c + 1), mean[c]};
    const auto first = covariance.begin() + static_cast<std::ptrdiff_t>(c * d);
    row.insert(row.end(), first, first + static_cast<std::ptrdiff_t>(d));
    report.rows.push_back(row);
  }
  return {report};
}

std::vector<Stage::Result> LangevinStage::results() {
  std::vector<Result> rows;
  if (num_summed_ > 0.0) {
    rows.push_back({"potential energy per particle (mean of second half)", sum_potential_ / num_summed_, ""});
    if (ensemble_.has_velocity())
      rows.push_back({"temperature (mean of second half)", sum_temperature_ / num_summed_, ""});
  }
  const Moments now = ensemble_.moments();
  if (!params_.growth.empty())
    rows.push_back({"mass at the end", now.weight / static_cast<double>(params_.particles), ""});
  for (std::size_t c = 0; c < names_.size(); ++c) {
    rows.push_back({"mean of " + names_[c] + " at the end", now.mean[c], ""});
    rows.push_back({"variance of " + names_[c] + " at the end", now.variance[c], ""});
  }
  return rows;
}

void LangevinStage::save(data::StateWriter& writer) {
  ensemble_.save(writer);
  writer.put("last_summed", last_summed_);
  writer.put("sums", std::vector<double>{num_summed_, sum_potential_, sum_temperature_});
}

void LangevinStage::restore(data::StateReader& reader) {
  ensemble_.restore(reader);
  reader.get("last_summed", last_summed_);
  std::vector<double> sums;
  reader.get("sums", sums);
  if (sums.size() != 3) throw Error::input("the checkpoint of this stage has sums of the wrong size");
  num_summed_ = sums[0];
  sum_potential_ = sums[1];
  sum_temperature_ = sums[2];
}

}  // namespace tessera::sim::particles
