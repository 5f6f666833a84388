#include "learn/comparison/compare_stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/log.hpp"

namespace tessera::learn::comparison {

namespace {

constexpr const char* table_file = "table.h5";

std::unique_ptr<const Snapshots> read(const sim::StageContext& context, const SourceParams& params,
                                      const std::string& who) {
  const bool is_stage = !params.stage.empty();
  return std::make_unique<const Snapshots>(
      context.comm, is_stage ? context.earlier_folder(params.stage) + "/" + table_file : params.file,
      is_stage ? fmt::format("{}, stage \"{}\"", who, params.stage) : who, params.part);
}

/// Over the times, of one column: discrepancies that are squares may be negative.
std::pair<double, double> mean_and_largest(const std::vector<std::vector<double>>& rows, std::size_t column) {
  double sum = 0.0, largest = 0.0;
  for (const auto& row : rows) {
    sum += std::abs(row[column]);
    largest = std::max(largest, std::abs(row[column]));
  }
  return {sum / static_cast<double>(rows.size()), largest};
}

std::vector<double> flat(const std::vector<std::vector<double>>& rows) {
  std::vector<double> values;
  for (const auto& row : rows) values.insert(values.end(), row.begin(), row.end());
  return values;
}

std::vector<std::vector<double>> rows_of(const std::vector<double>& values, std::size_t width) {
  if (values.size() % width != 0) throw Error::input("a checkpoint of a comparison with other columns");
  std::vector<std::vector<double>> rows;
  for (auto place = values.begin(); place != values.end(); place += static_cast<std::ptrdiff_t>(width))
    rows.emplace_back(place, place + static_cast<std::ptrdiff_t>(width));
  return rows;
}

}  // namespace

CompareStage::CompareStage(const sim::StageContext& context, CompareParams params)
    : comm_(context.comm),
      params_(std::move(params)),
      seed_(context.seed),
      reference_(read(context, params_.reference, "reference")),
      names_(distance_names(params_)) {
  if (params_.reference_again) again_ = read(context, *params_.reference_again, "reference_again");
  for (const auto& data : params_.data)
    data_.push_back(read(context, data.source, fmt::format("data \"{}\"", data.name)));
  choose_times();
  check_times();
  distances_ = std::make_unique<const Distances>(params_, seed_, reference_->dimension());
  find_bins();
}

void CompareStage::choose_times() {
  for (const double time : params_.times) snapshots_.push_back(reference_->nearest(time, params_.time_tolerance));
  if (!params_.times.empty()) return;
  for (int n = 0; n < reference_->count(); ++n) snapshots_.push_back(n);
}

void CompareStage::check_times() const {
  const auto check = [&](const Snapshots& other) {
    if (other.dimension() != reference_->dimension())
      throw Error::input(fmt::format("{}: samples have {} coordinates, and those of the {} have {}", other.who(),
                                     other.dimension(), reference_->who(), reference_->dimension()));
    for (const int n : snapshots_) other.nearest(reference_->time(n), params_.time_tolerance);
  };
  for (const auto& data : data_) check(*data);
  const std::int64_t least = again_ ? 2 : 4;
  if (again_) check(*again_);
  for (const int n : snapshots_)
    if (reference_->num_rows(n) < least)
      throw Error::input(
          fmt::format("{}: {} samples at time {}; expected at least {}, for two halves or a second "
                      "reference",
                      reference_->who(), reference_->num_rows(n), reference_->time(n), least));
}

void CompareStage::find_bins() {
  if (!params_.marginals) return;
  for (int c = 0; c < reference_->dimension() && c < params_.marginals->coordinates; ++c) {
    const auto [low, high] = reference_->range(c);
    const double margin = high > low ? 0.02 * (high - low) : 0.5;  // data may go a little farther
    range_.emplace_back(low - margin, high + margin);
  }
}

Selection CompareStage::half_of_reference(int snapshot, bool other) const {
  const std::int64_t rows = reference_->num_rows(snapshot), half = again_ ? rows : rows / 2;
  const Random random(seed_, RandomPurpose::comparison_subset, 0);
  return {reference_.get(), snapshot, {random, static_cast<std::uint64_t>(snapshot), rows}, other ? half : 0, half};
}

/// Collective. A row of series_columns().
std::vector<double> CompareStage::compare(int snapshot) const {
  const double time = reference_->time(snapshot);
  const auto all_of = [&](const Snapshots& source, std::uint16_t number) {
    const int found = source.nearest(time, params_.time_tolerance);
    const Random random(seed_, RandomPurpose::comparison_subset, number);
    const auto rows = source.num_rows(found);
    return Selection{&source, found, {random, static_cast<std::uint64_t>(found), rows}, 0, rows};
  };
  const auto reference = half_of_reference(snapshot, false);
  const auto floor = again_ ? all_of(*again_, 1) : half_of_reference(snapshot, true);
  std::vector<Selection> others;
  std::vector<std::size_t> floor_of;  // of each of the data: those with as many samples share one
  for (std::size_t n = 0; n < data_.size(); ++n) {
    const auto data = all_of(*data_[n], static_cast<std::uint16_t>(n + 2));
    const auto count = std::min(data.count, floor.count);
    others.push_back(data.at_most(count));
  }
  for (std::size_t n = 0; n < data_.size(); ++n) {
    const auto same = std::find_if(others.begin() + static_cast<std::ptrdiff_t>(data_.size()), others.end(),
                                   [&](const Selection& other) { return other.count == others[n].count; });
    floor_of.push_back(static_cast<std::size_t>(same - others.begin()));
    if (same == others.end()) others.push_back(floor.at_most(others[n].count));
  }
  const auto values = distances_->measure(comm_, reference, others);
  std::vector<double> row{time, reference_->mass(snapshot)};
  for (std::size_t n = 0; n < data_.size(); ++n) {
    for (std::size_t m = 0; m < names_.size(); ++m) row.insert(row.end(), {values[n][m], values[floor_of[n]][m]});
    row.push_back(data_[n]->mass(others[n].snapshot));
  }
  return row;
}

void CompareStage::add_histograms(int snapshot) {
  if (!params_.marginals) return;
  const double time = reference_->time(snapshot);
  const auto bins = static_cast<int>(params_.marginals->bins);
  for (std::size_t c = 0; c < range_.size(); ++c) {
    const double low = range_[c].first, high = range_[c].second;
    const auto density = [&](const Snapshots& source, int number) {
      return source.histogram(number, static_cast<int>(c), low, high, bins);
    };
    std::vector<std::vector<double>> densities{density(*reference_, snapshot)};
    for (const auto& data : data_) densities.push_back(density(*data, data->nearest(time, params_.time_tolerance)));
    for (int bin = 0; bin < bins; ++bin) {
      const auto edge = [&](int n) { return low + (high - low) * n / bins; };
      std::vector<double> row{time, static_cast<double>(c), edge(bin), edge(bin + 1)};
      for (const auto& one : densities) row.push_back(one[static_cast<std::size_t>(bin)]);
      histogram_rows_.push_back(std::move(row));
    }
  }
}

void CompareStage::step(sim::Agreement&) {
  const int snapshot = snapshots_[rows_.size()];
  auto row = compare(snapshot);
  for (const double value : row)
    if (!std::isfinite(value))
      throw Error::numeric(
          fmt::format("a distance at time {} is not finite: samples are too far apart for it", row[0]));
  rows_.push_back(std::move(row));
  add_histograms(snapshot);
  if (rows_.size() == snapshots_.size()) print_table();
}

double CompareStage::time() const { return rows_.empty() ? reference_->time(snapshots_.front()) : rows_.back()[0]; }

std::int64_t CompareStage::num_items() const {
  std::int64_t items = 0;
  const int snapshot = snapshots_[rows_.empty() ? 0 : rows_.size() - 1];
  for (const auto& data : data_)
    items += data->num_rows(data->nearest(reference_->time(snapshot), params_.time_tolerance));
  return items;
}

std::vector<sim::SeriesColumn> CompareStage::series_columns() const {
  std::vector<sim::SeriesColumn> columns{{"time", ""}, {"reference: mass", ""}};
  for (const auto& data : params_.data) {
    for (const auto& name : names_) {
      columns.push_back({fmt::format("{}: {}", data.name, name), ""});
      columns.push_back({fmt::format("{}: {} floor", data.name, name), ""});
    }
    columns.push_back({fmt::format("{}: mass", data.name), ""});
  }
  return columns;
}

std::vector<double> CompareStage::series_values() {
  return rows_.empty() ? std::vector<double>(series_columns().size(), std::numeric_limits<double>::quiet_NaN())
                       : rows_.back();
}

std::vector<sim::Report> CompareStage::reports() {
  std::vector<sim::Report> reports{{"comparison.csv", series_columns(), rows_}};
  if (!params_.marginals) return reports;
  sim::Report histograms{"histograms.csv",
                         {{"time", ""}, {"coordinate", ""}, {"low", ""}, {"high", ""}, {"reference", ""}},
                         histogram_rows_};
  for (const auto& data : params_.data) histograms.columns.push_back({data.name, ""});
  reports.push_back(std::move(histograms));
  return reports;
}

std::vector<sim::Stage::Result> CompareStage::results() {
  std::vector<Result> results;
  if (rows_.empty()) return results;
  for (std::size_t n = 0; n < data_.size(); ++n) {
    const auto& data = params_.data[n].name;
    for (std::size_t m = 0; m < names_.size(); ++m)
      for (const auto& [kind, column] : {std::pair{"", column_of(n, m)}, std::pair{" floor", column_of(n, m) + 1}}) {
        const auto [mean, largest] = mean_and_largest(rows_, column);
        results.push_back({fmt::format("{}: {}{}, mean", data, names_[m], kind), mean, ""});
        results.push_back({fmt::format("{}: {}{}, largest", data, names_[m], kind), largest, ""});
      }
    double wrong = 0.0;
    for (const auto& row : rows_) wrong = std::max(wrong, std::abs(row[column_of(n, names_.size())] / row[1] - 1.0));
    results.push_back({fmt::format("{}: largest relative error of the mass", data), wrong, ""});
  }
  return results;
}

/// A row of each distance, a column of each of the data: the mean over time and, behind it, that of the floor.
void CompareStage::print_table() const {
  std::size_t first = 0;
  for (const auto& name : names_) first = std::max(first, name.size());
  const auto width_of = [](const DataParams& data) { return std::max(data.name.size(), std::size_t{22}); };
  std::string line = fmt::format("  {:<{}}", "", first);
  for (const auto& data : params_.data) line += fmt::format("  {:>{}}", data.name, width_of(data));
  log::info("  mean over {} times of each distance, and (the same between two sets of the reference)", rows_.size());
  log::info("{}", line);
  for (std::size_t m = 0; m < names_.size(); ++m) {
    line = fmt::format("  {:<{}}", names_[m], first);
    for (std::size_t n = 0; n < data_.size(); ++n) {
      const std::size_t column = column_of(n, m);
      line += fmt::format("  {:>{}}",
                          fmt::format("{:.3g} ({:>8.2g})", mean_and_largest(rows_, column).first,
                                      mean_and_largest(rows_, column + 1).first),
                          width_of(params_.data[n]));
    }
    log::info("{}", line);
  }
}

void CompareStage::save(data::StateWriter& writer) {
  writer.put("rows", flat(rows_));
  writer.put("histograms", flat(histogram_rows_));
}

void CompareStage::restore(data::StateReader& reader) {
  std::vector<double> values;
  reader.get("rows", values);
  rows_ = rows_of(values, series_columns().size());
  if (rows_.size() > snapshots_.size()) throw Error::input("a checkpoint of a comparison at more times than there are");
  reader.get("histograms", values);
  histogram_rows_ = rows_of(values, data_.size() + 5);
}

}  // namespace tessera::learn::comparison
