#include "learn/action/training_stage.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/log.hpp"

namespace tessera::learn::action {

namespace {

constexpr double fading = 0.01;     // share of an iteration in running means
constexpr double much_worse = 0.1;  // than the least loss of held-out samples, in terms of it

}  // namespace

TrainingStage::TrainingStage(const sim::StageContext& context, const TrainingParams& params, const TrainingPaths& paths,
                             const std::optional<ExactParams>& exact)
    : context_(context), training_(context.comm, params, paths.training, context.seed, paths.held_out) {
  if (exact) exact_.emplace(context.comm, *exact, training_);
  const auto& scales = training_.scales();
  log::info("  {} parameters; times {:g} to {:g}, unit of length {:.4g}", training_.network().parameters().size(),
            scales.begin, scales.begin + scales.duration, scales.length);
}

void TrainingStage::step(sim::Agreement&) {
  last_ = training_.iterate();
  weight_ += fading * (1.0 - weight_);
  loss_ += fading * (last_.loss - loss_);
  cost_ += fading * (last_.cost - cost_);
  const std::int64_t done = training_.num_iterations_done();
  if (10 * done <= 9 * num_steps()) return;
  num_late_ += 1.0;
  late_loss_ += last_.loss;
  if (done == num_steps() && training_.has_held_out() && training_.params().keep == Keep::last)
    warn_of_learning_by_heart();
}

void TrainingStage::warn_of_learning_by_heart() const {
  const auto& held_out = training_.held_out_loss();
  if (held_out.last <= held_out.least + much_worse * std::fabs(held_out.least)) return;
  log::warning(
      fmt::format("stage \"{}\": the loss of held-out samples was least ({:.4g}) after {} iterations, and is {:.4g} "
                  "at the end: the network learns its samples by heart\nfewer iterations, a smaller network, "
                  "more samples or keep = \"best\" help",
                  context_.name, held_out.least, held_out.least_at, held_out.last));
}

std::vector<sim::SeriesColumn> TrainingStage::series_columns() const {
  std::vector<sim::SeriesColumn> columns{{"loss", ""}, {"mean_loss", ""}};
  if (training_.params().method == Method::action)
    columns.insert(columns.end(), {{"start", ""}, {"end", ""}, {"interior", ""}, {"cost", ""}});
  if (training_.has_held_out()) columns.push_back({"held_out_loss", ""});
  columns.insert(columns.end(), {{"gradient_norm", ""}, {"learning_rate", ""}});
  return columns;
}

std::vector<double> TrainingStage::series_values() {
  // Before the first iteration nothing is known.
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  const bool has_any = training_.num_iterations_done() > 0;
  const auto known = [&](double value) { return has_any ? value : unknown; };
  std::vector<double> values{known(last_.loss), has_any ? loss_ / weight_ : unknown};
  if (training_.params().method == Method::action)
    values.insert(values.end(),
                  {known(last_.start), known(last_.end), known(last_.interior), has_any ? cost_ / weight_ : unknown});
  if (training_.has_held_out()) values.push_back(training_.held_out_loss().last);
  values.insert(values.end(), {known(last_.gradient_norm), known(last_.learning_rate)});
  return values;
}

std::vector<sim::Stage::Result> TrainingStage::results() {
  std::vector<Result> results{
      {"loss (mean of the last tenth)", num_late_ > 0.0 ? late_loss_ / num_late_ : last_.loss, ""}};
  if (training_.has_held_out()) {
    const auto& held_out = training_.held_out_loss();
    results.push_back({"loss of held-out samples, last", held_out.last, ""});
    results.push_back({"loss of held-out samples, least", held_out.least, ""});
    results.push_back({"iterations until it was least", static_cast<double>(held_out.least_at), ""});
  }
  if (!exact_) return results;
  const auto gap = exact_->compare(training_);
  results.push_back({"- K of the exact action", -gap.action, ""});
  results.push_back({"action gap", gap.gap, ""});
  results.push_back({"action gap / K", gap.relative(), ""});
  return results;
}

sim::StepCost TrainingStage::step_cost() const { return {.flops = training_.product_flops(), .bytes = 0.0}; }

void TrainingStage::save(data::StateWriter& writer) {
  training_.save(writer);
  writer.put("last", std::vector<double>{last_.loss, last_.interior, last_.start, last_.end, last_.cost,
                                         last_.gradient_norm, last_.learning_rate});
  writer.put("sums", std::vector<double>{weight_, loss_, cost_, num_late_, late_loss_});
}

void TrainingStage::restore(data::StateReader& reader) {
  training_.restore(reader);
  std::vector<double> last, sums;
  reader.get("last", last);
  reader.get("sums", sums);
  if (last.size() != 7 || sums.size() != 5) throw Error::input("a checkpoint with other sums of a training");
  last_ = {last[0], last[1], last[2], last[3], last[4], last[5], last[6]};
  weight_ = sums[0];
  loss_ = sums[1];
  cost_ = sums[2];
  num_late_ = sums[3];
  late_loss_ = sums[4];
}

}  // namespace tessera::learn::action
