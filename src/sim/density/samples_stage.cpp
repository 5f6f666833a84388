#include "sim/density/samples_stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/region.hpp"
#include "sim/density/drawn_samples.hpp"
#include "sim/density/file_samples.hpp"
#include "sim/density/held_out.hpp"

namespace tessera::sim::density {

namespace {

template <class T>
void fill_new_rows(const data::Table& table, const char* column, std::int64_t first, T value) {
  const auto rows = std::make_pair(first, table.num_rows());
  Kokkos::deep_copy(Kokkos::subview(table.get<T>(column), rows, Kokkos::ALL()), value);
}

/// Collective.
std::unique_ptr<const SampleRows> make_rows(const StageContext& context, const SamplesParams& params) {
  if (params.density) return std::make_unique<DrawnSamples>(context, params);
  return std::make_unique<FileSamples>(context.comm, params.file);
}

}  // namespace

SamplesStage::SamplesStage(const StageContext& context, const SamplesParams& params)
    : context_(context), params_(params), rows_(make_rows(context, params)), table_(context.comm) {
  for (std::size_t n = 0; n < rows_->times().size(); ++n) {
    has_mass_ = has_mass_ || rows_->mass(n) != 1.0;
    if (rows_->count(n) <= params.held_out)
      throw Error::input(
          fmt::format("held_out: nothing is left of the {} samples at time {}", rows_->count(n), rows_->times()[n]));
  }
  table_.add<std::int64_t>("step");
  table_.add<double>("time", 1, "time");
  table_.add<std::int64_t>("id");
  table_.add<double>("position", rows_->dimensions(), "length");
  if (has_mass_) table_.add<double>("log_weight");
  if (params_.held_out > 0) table_.add<std::int64_t>("held_out");
}

/// Collective. The samples of the present time.
void SamplesStage::add_time() {
  const Region region("density/samples");
  const std::int64_t first = table_.num_rows();
  rows_->add(now_, table_);
  fill_new_rows(table_, "step", first, static_cast<std::int64_t>(now_));
  fill_new_rows(table_, "time", first, time());
  if (has_mass_) fill_new_rows(table_, "log_weight", first, std::log(rows_->mass(now_)));
  if (params_.held_out > 0) mark_held_out(context_.seed, table_, first, params_.held_out);
  const SampleMoments moments = moments_of(table_, first, rows_->count(now_));
  std::vector<double> values{time(), static_cast<double>(rows_->count(now_)), rows_->mass(now_)};
  values.insert(values.end(), moments.mean.begin(), moments.mean.end());
  values.insert(values.end(), moments.variance.begin(), moments.variance.end());
  values_.push_back(values);
}

void SamplesStage::start() { add_time(); }

void SamplesStage::step(Agreement& /*agreement*/) {
  ++now_;
  add_time();
}

double SamplesStage::dt() const {
  const auto& times = rows_->times();
  return times.size() > 1 ? (times.back() - times.front()) / static_cast<double>(times.size() - 1) : 1.0;
}

std::vector<SeriesColumn> SamplesStage::series_columns() const {
  std::vector<SeriesColumn> columns{{"time", ""}, {"samples", ""}, {"mass", ""}};
  for (const auto& name : rows_->names()) columns.push_back({"mean_" + name, ""});
  for (const auto& name : rows_->names()) columns.push_back({"variance_" + name, ""});
  return columns;
}

std::vector<double> SamplesStage::series_values() { return values_.back(); }

std::vector<Report> SamplesStage::reports() {
  std::vector<Report> reports{{"moments.csv", series_columns(), values_}};
  const auto scaling = rows_->scaling();
  if (!scaling.empty())
    reports.push_back({"standardised.csv", {{"coordinate", ""}, {"mean", ""}, {"standard_deviation", ""}}, scaling});
  return reports;
}

void SamplesStage::save(data::StateWriter& writer) {
  writer.put("times_done", static_cast<std::int64_t>(values_.size()));
  std::vector<double> all;
  for (const auto& row : values_) all.insert(all.end(), row.begin(), row.end());
  writer.put("values", all);
}

void SamplesStage::restore(data::StateReader& reader) {
  std::int64_t done = 0;
  reader.get("times_done", done);
  std::vector<double> all;
  reader.get("values", all);
  const std::size_t width = series_columns().size();
  if (done < 1 || done > num_steps() + 1 || all.size() != static_cast<std::size_t>(done) * width)
    throw Error::input("the checkpoint of this stage has values of other times than the deck's");
  now_ = static_cast<std::size_t>(done) - 1;
  for (auto row = all.begin(); row != all.end(); row += static_cast<std::ptrdiff_t>(width))
    values_.emplace_back(row, row + static_cast<std::ptrdiff_t>(width));
}

}  // namespace tessera::sim::density
