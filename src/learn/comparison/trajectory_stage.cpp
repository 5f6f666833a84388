#include "learn/comparison/trajectory_stage.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <utility>

#include "base/log.hpp"
#include "learn/comparison/closing_table.hpp"

namespace tessera::learn::comparison {

namespace {

std::unique_ptr<const Trajectory> read(const sim::StageContext& context, const TrajectorySource& source,
                                       const std::string& who) {
  if (!source.stage.empty())
    return std::make_unique<const Trajectory>(context.comm, context.earlier_folder(source.stage),
                                              fmt::format("{} (stage \"{}\")", who, source.stage));
  const auto slash = source.file.rfind('/');
  const auto folder = slash == std::string::npos ? "." : source.file.substr(0, slash);
  return std::make_unique<const Trajectory>(context.comm, folder, fmt::format("{} ({})", who, source.file));
}

}  // namespace

TrajectoryStage::TrajectoryStage(const sim::StageContext& context, TrajectoriesParams params)
    : params_(std::move(params)), reference_(read(context, params_.reference, "reference")) {
  if (params_.reference_again) again_ = read(context, *params_.reference_again, "reference_again");
  for (const auto& data : params_.data)
    data_.push_back(read(context, data.source, fmt::format("data \"{}\"", data.name)));
}

void TrajectoryStage::compare_next() {
  compared_.push_back(put_side_by_side(*reference_, again_.get(), *data_[compared_.size()], params_.discard));
}

void TrajectoryStage::step(sim::Agreement&) {
  compare_next();
  print_last();
}

void TrajectoryStage::print_last() const {
  const auto n = compared_.size() - 1;
  const auto without = fmt::format(", without the first {:.3g} % of series", 100.0 * params_.discard);
  log::info("\n  {} beside {}{}", data_[n]->who(), reference_->who(), params_.discard > 0.0 ? without : "");
  log::info("  floor: what {}; in brackets: standard error of the last digits\n",
            again_ ? again_->who() + " differs by" : "halves of the reference differ by");
  for (const auto& line : lines_of(compared_[n], params_.data[n].name)) log::info("{}", line);
}

std::vector<sim::SeriesColumn> TrajectoryStage::series_columns() const {
  const auto& unit = reference_->units().temperature_unit;
  return {{"trajectory", ""}, {"temperature difference", unit}, {"temperature floor", unit}};
}

/// Of the trajectory that was compared last.
std::vector<double> TrajectoryStage::series_values() {
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  if (compared_.empty()) return {0.0, nothing, nothing};
  const auto& row = compared_.back().rows.front();
  return {static_cast<double>(compared_.size()), row.difference, row.floor};
}

std::vector<std::string> TrajectoryStage::names() const {
  std::vector<std::string> names;
  for (const auto& data : params_.data) names.push_back(data.name);
  return names;
}

std::vector<NamedTrajectory> TrajectoryStage::all() const {
  std::vector<NamedTrajectory> all{{"reference", reference_.get()}};
  if (again_ != nullptr) all.push_back({"reference_again", again_.get()});
  for (std::size_t n = 0; n < compared_.size(); ++n) all.push_back({params_.data[n].name, data_[n].get()});
  return all;
}

std::vector<sim::Report> TrajectoryStage::reports() {
  std::vector<sim::Report> reports{comparison_report(names(), compared_)};
  if (compared_.empty()) return reports;
  for (auto& report : histogram_reports(all(), params_.discard, static_cast<int>(params_.bins)))
    reports.push_back(std::move(report));
  for (auto& report : curve_reports(all())) reports.push_back(std::move(report));
  return reports;
}

std::vector<sim::Stage::Result> TrajectoryStage::results() {
  std::vector<Result> results;
  for (std::size_t n = 0; n < compared_.size(); ++n)
    for (const auto& row : compared_[n].rows) {
      const auto label = fmt::format("{}: {}", params_.data[n].name, row.label);
      if (std::isfinite(row.difference))
        results.push_back({row.is_distance ? label : label + ", difference", row.difference, row.unit, false});
      if (std::isfinite(row.floor)) results.push_back({label + ", floor", row.floor, row.unit, false});
    }
  return results;
}

void TrajectoryStage::save(data::StateWriter& writer) {
  writer.put("num_compared", static_cast<std::int64_t>(compared_.size()));
}

/// What was compared is compared again: it takes less time than to read it.
void TrajectoryStage::restore(data::StateReader& reader) {
  std::int64_t count = 0;
  reader.get("num_compared", count);
  if (count < 0 || count > num_steps())
    throw Error::input("a checkpoint of a comparison of more trajectories than there are");
  for (std::int64_t n = 0; n < count; ++n) compare_next();
}

}  // namespace tessera::learn::comparison
