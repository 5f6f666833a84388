#include "learn/trajcast/training_stage.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.hpp"

namespace tessera::learn::trajcast {

TrainingStage::TrainingStage(const sim::StageContext& context, const TrainingParams& params)
    : context_(context),
      training_(params, read_pairs(context.comm, params.pairs, context.seed, context.earlier_folder), context.seed) {
  say_what_is_learned();
}

void TrainingStage::say_what_is_learned() const {
  const auto& pairs = training_.pairs();
  const auto& seen = training_.statistics();
  const auto& p = training_.hyperparameters();
  std::string species;
  for (const auto& one : pairs.training.species()) species += (species.empty() ? "" : ", ") + one.name;
  log::info("  {} weights; {} pairs, {} for validation, of {}, {:g} fs apart", training_.num_weights(),
            pairs.training.size(), pairs.validation.size(), species, pairs.training.interval());
  log::info("  displacements {:.4g} A, velocities {:.4g} A/fs (root mean squares); {:.1f} neighbours within {:g} A",
            seen.displacement_scale, seen.velocity_scale, seen.mean_neighbours, p.cutoff);
  if (seen.highest_temperature > 0.0)
    log::info(
        "  temperatures {:.0f} K on average, up to {:.0f} K; speeds up to {:.3g} A/fs, functions of them end at {:.3g}",
        seen.mean_temperature, seen.highest_temperature, seen.largest_speed, p.speed_max);
}

double TrainingStage::time() const {
  return static_cast<double>(training_.num_steps_done()) / static_cast<double>(training_.steps_per_epoch());
}

void TrainingStage::step(sim::Agreement& /*agreement*/) {
  training_.step();
  warn_of_collapse();
}

/// Losses are of scaled numbers: about 1 for an answer that is always the mean. There a network may end at high rates,
/// or far beyond, and seldom does it come back.
void TrainingStage::warn_of_collapse() {
  constexpr std::int64_t window = 100;
  constexpr double much = 10.0;
  const double share = 1.0 / static_cast<double>(std::min(++num_seen_, window));
  recent_loss_ += share * (training_.batch_loss() - recent_loss_);
  if (num_seen_ < window) return;
  least_recent_loss_ = std::min(least_recent_loss_, recent_loss_);
  if (has_warned_ || recent_loss_ <= much * least_recent_loss_) return;
  has_warned_ = true;
  log::warning(
      fmt::format("stage \"{}\": the loss has risen to {:.3g} by step {}, after {:.3g}: what was learned is lost, and "
                  "more steps seldom bring it back\na lower learning_rate or clip_norm helps; model.h5 keeps the best "
                  "epoch",
                  context_.name, recent_loss_, training_.num_steps_done(), least_recent_loss_));
}

std::vector<sim::SeriesColumn> TrainingStage::series_columns() const {
  return {{"epoch", ""},
          {"loss", ""},
          {"validation_loss", ""},
          {"displacement_error", "A"},
          {"velocity_error", "A/fs"},
          {"gradient_norm", ""},
          {"learning_rate", ""}};
}

std::vector<double> TrainingStage::series_values() {
  const auto& validation = training_.validation();
  return {time(),
          training_.batch_loss(),
          validation.loss,
          validation.displacement,
          validation.velocity,
          training_.gradient_norm(),
          training_.learning_rate()};
}

std::vector<sim::Report> TrainingStage::reports() {
  sim::Report report{"learning_curve.csv",
                     {{"epoch", ""},
                      {"training_loss", ""},
                      {"validation_loss", ""},
                      {"displacement_error", "A"},
                      {"velocity_error", "A/fs"},
                      {"learning_rate", ""}},
                     {}};
  for (const auto& row : training_.history())
    report.rows.push_back({row.epoch, row.training_loss, row.validation_loss, row.displacement_error,
                           row.velocity_error, row.learning_rate});
  return {report};
}

std::vector<sim::Stage::Result> TrainingStage::results() {
  if (training_.best_epoch() == 0) return {};
  const auto& best = training_.best();
  const auto& seen = training_.statistics();
  std::vector<Result> rows{{"epoch of the least validation loss", static_cast<double>(training_.best_epoch()), ""},
                           {"validation loss then", best.loss, ""},
                           {"mean absolute error of displacements", best.displacement, "A"},
                           {"of their mean magnitude", 100.0 * best.displacement / seen.mean_displacement, "%"},
                           {"mean absolute error of velocities", best.velocity, "A/fs"},
                           {"of their mean magnitude", 100.0 * best.velocity / seen.mean_velocity, "%"}};
  if (training_.params().table_radial > 0)
    rows.push_back({"tables are off by, of the largest weight", training_.table_error(), ""});
  return rows;
}

}  // namespace tessera::learn::trajcast
