#include "learn/action/propagation_stage.hpp"

#include <fmt/format.h>

#include <numeric>
#include <utility>

#include "sim/coordinate_names.hpp"

namespace tessera::learn::action {

namespace {

constexpr std::int64_t most_coordinates = 16;  // in series

}  // namespace

PropagationStage::PropagationStage(const sim::StageContext& context, const PropagationParams& params,
                                   TrainedModel model, const data::Table& start)
    : context_(context),
      params_(params),
      dt_((params.end.value_or(model.end()) - params.begin.value_or(model.scales.begin)) /
          static_cast<double>(params.steps)),
      propagation_(context.comm, std::move(model), params, start, context.seed),
      rows_(context.comm) {
  rows_.add<std::int64_t>("step");
  rows_.add<double>("time", 1, "time");
  rows_.add<std::int64_t>("id");
  rows_.add<double>("position", static_cast<int>(propagation_.layout().dimensions), "length");
  if (propagation_.has_growth()) rows_.add<double>("log_weight");
  if (params_.log_density) rows_.add<double>("log_density");
}

void PropagationStage::step(sim::Agreement& agreement) {
  const std::int64_t strange = propagation_.step();
  if (strange > 0)
    agreement.fail(Error::numeric(fmt::format(
        "stage \"{}\", step {}, t = {:g}: particle {} is at no finite place any more\nthe time step ({:g}) may be too "
        "long, or the model was not trained where this particle came from",
        context_.name, propagation_.num_steps_done(), propagation_.time(), strange, dt_)));
  else if (propagation_.num_steps_done() % (params_.steps / (params_.frames - 1)) == 0)
    record();
}

void PropagationStage::record() {
  const auto& particles = propagation_.particles();
  const auto layout = propagation_.layout();
  const std::int64_t count = particles.num_rows(), first = rows_.num_rows();
  const auto width = static_cast<std::size_t>(layout.width()), d = static_cast<std::size_t>(layout.dimensions);
  const auto state = data::host_copy(particles.get<double>("state"), 0, count);
  rows_.append(count);
  const auto rows = static_cast<std::size_t>(count);
  data::set_rows(rows_.get<std::int64_t>("step"), first,
                 std::vector<std::int64_t>(rows, propagation_.num_steps_done()));
  data::set_rows(rows_.get<double>("time"), first, std::vector<double>(rows, propagation_.time()));
  std::vector<std::int64_t> ids(rows);
  std::iota(ids.begin(), ids.end(), particles.first_row() + 1);
  data::set_rows(rows_.get<std::int64_t>("id"), first, ids);
  const auto put = [&](const char* name, std::size_t place, std::size_t numbers) {
    std::vector<double> values(rows * numbers);
    for (std::size_t n = 0; n < rows; ++n)
      for (std::size_t c = 0; c < numbers; ++c) values[n * numbers + c] = state[n * width + place + c];
    data::set_rows(rows_.get<double>(name), first, values);
  };
  put("position", 0, d);
  if (propagation_.has_growth()) put("log_weight", d, 1);
  if (params_.log_density) put("log_density", d + 1, 1);
}

std::vector<sim::SeriesColumn> PropagationStage::series_columns() const {
  std::vector<sim::SeriesColumn> columns{{"time", ""}};
  if (propagation_.has_growth()) columns.insert(columns.end(), {{"mass", ""}, {"effective_count", ""}});
  const std::int64_t d = propagation_.layout().dimensions;
  if (d > most_coordinates) return columns;
  for (const char* what : {"mean", "variance"})
    for (const auto& name : sim::coordinate_names(static_cast<int>(d)))
      columns.push_back({fmt::format("{}_{}", what, name), ""});
  return columns;
}

std::vector<double> PropagationStage::series_values() {
  const auto now = propagation_.moments();
  std::vector<double> values{time()};
  if (propagation_.has_growth()) values.insert(values.end(), {now.mass, now.effective_count});
  if (propagation_.layout().dimensions > most_coordinates) return values;
  values.insert(values.end(), now.mean.begin(), now.mean.end());
  values.insert(values.end(), now.variance.begin(), now.variance.end());
  return values;
}

std::vector<sim::Stage::Result> PropagationStage::results() {
  std::vector<Result> results;
  const auto now = propagation_.moments();
  if (propagation_.has_growth()) {
    results.push_back({"mass at the end, in terms of the first", now.mass, ""});
    results.push_back({"effective number of particles at the end", now.effective_count, ""});
  }
  if (propagation_.num_evaluations() > 0)
    results.push_back({"evaluations of the model", static_cast<double>(propagation_.num_evaluations()), ""});
  return results;
}

}  // namespace tessera::learn::action
