#include "learn/fsgld/sgld_stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/log.hpp"
#include "base/sum.hpp"
#include "data/io/table_file.hpp"
#include "learn/fsgld/full_gradient.hpp"
#include "learn/fsgld/privacy_report.hpp"
#include "sim/state_part.hpp"

namespace tessera::learn::fsgld {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
/// Of which the covariance of an exact posterior is still found.
constexpr std::int64_t most_exact_parameters = 2000;
constexpr double good_rhat = 1.01;
/// Of a parameter: chains that are farther have run away.
constexpr double farthest = 1e30;
/// Numbers of draws that are brought home and written at once: a small collective write costs as much as a large one.
constexpr std::int64_t numbers_at_once = 1 << 18;

std::vector<sim::SeriesColumn> predictive_columns(bool is_number) {
  std::vector<sim::SeriesColumn> columns{{"log_likelihood", ""}, {"mean_log_likelihood", ""}, {"predictive", ""}};
  columns.push_back({is_number ? "squared_error" : "error_rate", ""});
  if (!is_number) columns.insert(columns.end(), {{"brier", ""}, {"calibration_error", ""}});
  return columns;
}

std::vector<double> values_of(const Predictive::Scores& scores, bool is_number) {
  std::vector<double> values{scores.last, scores.log_likelihood, scores.predictive, scores.error};
  if (!is_number) values.insert(values.end(), {scores.brier, scores.calibration_error});
  return values;
}

}  // namespace

SgldStage::SgldStage(const sim::StageContext& context, const SgldParams& params)
    : context_(context), params_(params), table_(context.comm) {
  const std::string path = params_.data.empty() ? params_.file : context_.earlier_folder(params_.data) + "/table.h5";
  clients_ = std::make_unique<Clients>(data::read_table(context_.comm, path), params_.sampler.schedule.visits, path);
  model_ = make_model(params_.sampler.model, clients_->width());
  model_->check(*clients_);
  schedule_ = std::make_unique<Schedule>(context_.seed, *clients_, params_.sampler.schedule);
  draws_ = std::make_unique<Draws>(context_.comm, params_.sampler.chains, model_->dimensions(), params_.sampler.step);
  draws_->add_columns(table_);
  if (clients_->num_held_out() > 0)
    held_out_.emplace(context_.comm, *model_, clients_->held_out(), clients_->num_held_out());
  if (params_.evaluation.training) training_.emplace(context_.comm, *model_, clients_->rows(), clients_->num_rows());
  const bool is_gaussian =
      params_.sampler.model.kind == ModelKind::gaussian_mean || params_.sampler.model.kind == ModelKind::linear;
  if (is_gaussian && !params_.sampler.privacy)  // what is exact is not private
    if (model_->dimensions() <= most_exact_parameters) {
      const auto d = static_cast<std::size_t>(model_->dimensions());
      const auto posterior = gaussian_posterior(
          exact_surrogates(*clients_, *model_, Structure::full),
          for_each_parameter(params_.sampler.prior.precision, model_->dimensions(), "prior.precision"),
          for_each_parameter(params_.sampler.prior.mean, model_->dimensions(), "prior.mean"));
      exact_.emplace(Moments{posterior.mean, {}});
      for (std::size_t k = 0; k < d; ++k) exact_->variance.push_back(posterior.covariance[k * d + k]);
    }
  if (!params_.evaluation.reference.empty())
    reference_ = moments_of_draws(context_.comm, context_.earlier_folder(params_.evaluation.reference) + "/table.h5",
                                  model_->dimensions());
  if (params_.sampler.privacy) check_batches();
}

/// Private batches have different rows.
void SgldStage::check_batches() const {
  const auto& p = params_.sampler;
  const std::int64_t most = std::max(p.batch, p.surrogates ? p.surrogates->batch : 0);
  for (std::int64_t s = 0; s < clients_->size(); ++s)
    if (clients_->num_rows(s) < most)
      throw Error::input(
          fmt::format("[stage.privacy]: client {} has {} rows, and a batch {} different ones; expected a "
                      "smaller batch",
                      s, clients_->num_rows(s), most));
}

void SgldStage::report_data() const {
  std::int64_t least = clients_->num_rows(), most = 0;
  for (std::int64_t s = 0; s < clients_->size(); ++s) {
    least = std::min(least, clients_->num_rows(s));
    most = std::max(most, clients_->num_rows(s));
  }
  log::info("  {} clients with {} to {} rows, {} held out; {} parameters", clients_->size(), least, most,
            clients_->num_held_out(), model_->dimensions());
}

void SgldStage::warn_of_improper() const {
  const auto& improper = preparation_.improper;
  if (improper.count == 0) return;
  log::warning(fmt::format(
      "stage \"{}\": what {} of {} clients sample in long visits may be improper: the prior's precision + alpha (P - "
      "P_s/f_s) has the eigenvalue {:.4g} at client {}\n"
      "chains can run away there unless the likelihood holds them; a surrogates.kind of \"affine\", more inflation, a "
      "smaller alpha, a radius, or fewer local_updates help",
      context_.name, improper.count, clients_->size(), improper.worst.eigenvalue, improper.worst.client));
}

void SgldStage::start() {
  report_data();
  preparation_ = prepare(*clients_, *model_, *schedule_, params_.sampler, context_.seed);
  warn_of_improper();
  sampler_ = std::make_unique<Sampler>(context_.seed, params_.sampler, *clients_, *model_, *schedule_, preparation_);
}

std::int64_t SgldStage::num_steps() const {
  return (params_.sampler.updates + params_.updates_per_step - 1) / params_.updates_per_step;
}

void SgldStage::step(sim::Agreement& agreement) {
  const std::int64_t left = params_.sampler.updates - sampler_->num_updates_done();
  const std::size_t seen = records_.chain.size();
  sampler_->advance(std::min(params_.updates_per_step, left), records_);
  const std::int64_t after = sampler_->num_updates_done();
  if (!(sampler_->farthest() < farthest))  // others go on with what they do together
    agreement.fail(Error::numeric(
        fmt::format("stage \"{}\", update {}: a chain has run away: a parameter is not finite, or beyond 1e30\n"
                    "the step ({}) is too large where a client's rows weigh most (N_s/f_s), or, after long visits, its "
                    "surrogate leaves it without a bound: see the warning at the start",
                    context_.name, after, params_.sampler.step.at(after))));
  ++steps_done_;
  if (exact_) look_at_records(seen);
  const std::int64_t new_draws = num_kept() - draws_->num_appended();
  if (new_draws * params_.sampler.chains * model_->dimensions() >= numbers_at_once ||
      (after == params_.sampler.updates && new_draws > 0)) {
    bring_home();
    draws_->append_new(table_);
  }
  if (after > params_.sampler.burn_in && steps_done_ % params_.evaluation.every == 0) evaluate();
}

/// Collective. Draws may come home at any time: what is seen of them does not depend on it.
void SgldStage::bring_home() {
  if (num_kept() > draws_->num_draws()) draws_->add(records_);
}

/// Collective. Distances of draws from the exact mean.
void SgldStage::look_at_records(std::size_t first) {
  ExactSum sums[3];
  const std::size_t d = exact_->mean.size();
  for (std::size_t n = first; n < records_.chain.size(); ++n) {
    double square = 0.0;
    for (std::size_t k = 0; k < d; ++k) {
      const double off = records_.theta[n * d + k] - exact_->mean[k];
      square += off * off;
    }
    const double weight = params_.sampler.step.weight(records_.update[n]);
    sums[0].add(weight * std::sqrt(square));
    sums[1].add(weight * square);
    sums[2].add(weight);
  }
  all_reduce(context_.comm, sums, 3);
  distance_ += sums[0].value();
  squares_ += sums[1].value();
  weight_ += sums[2].value();
}

/// Collective.
void SgldStage::evaluate() {
  if (!held_out_ && !training_) return;
  const auto theta = as_rows(sampler_->all_parameters(), model_->dimensions());
  const bool is_number = model_->prediction() != Prediction::classes;
  std::vector<double> row{static_cast<double>(sampler_->num_updates_done())};
  row.push_back(static_cast<double>((held_out_ ? held_out_ : training_)->num_draws() + params_.sampler.chains));
  for (auto* part : {&held_out_, &training_}) {
    if (!*part) continue;
    (*part)->add(theta, params_.sampler.step.weight(sampler_->num_updates_done()));
    const auto values = values_of((*part)->scores(), is_number);
    row.insert(row.end(), values.begin(), values.end());
  }
  history_.push_back(row);
}

std::vector<sim::SeriesColumn> SgldStage::series_columns() const {
  std::vector<sim::SeriesColumn> columns{{"update", ""}, {"draws", ""}, {"step_size", ""}};
  if (exact_) columns.insert(columns.end(), {{"mean_distance", ""}, {"mean_squared_distance", ""}});
  const bool is_number = model_->prediction() != Prediction::classes;
  if (held_out_)
    for (const auto& column : predictive_columns(is_number)) columns.push_back({"test_" + column.name, ""});
  if (training_)
    for (const auto& column : predictive_columns(is_number)) columns.push_back({"training_" + column.name, ""});
  return columns;
}

std::vector<double> SgldStage::series_values() {
  const std::int64_t update = sampler_->num_updates_done();
  const double draws = static_cast<double>(num_kept() * params_.sampler.chains);
  std::vector<double> values{static_cast<double>(update), draws, params_.sampler.step.at(update)};
  if (exact_) {
    values.push_back(draws > 0.0 ? distance_ / weight_ : unknown);
    values.push_back(draws > 0.0 ? squares_ / weight_ : unknown);
  }
  const std::size_t all = series_columns().size();
  if (!history_.empty()) values.insert(values.end(), history_.back().begin() + 2, history_.back().end());
  values.resize(all, unknown);
  return values;
}

/// Collective. Found once for each number of draws.
const std::vector<math::ChainSummary>& SgldStage::summaries() {
  if (num_summarised_ != draws_->num_draws()) summaries_ = draws_->summarise();
  num_summarised_ = draws_->num_draws();
  return summaries_;
}

sim::Report SgldStage::diagnostics() {
  sim::Report report{"diagnostics.csv", {{"parameter", ""}}, {}};
  for (const char* name : {"mean", "sd", "mcse", "q05", "median", "q95", "rhat", "ess_bulk", "ess_tail"})
    report.columns.push_back({name, ""});
  const auto& known = exact_ ? exact_ : reference_;
  if (known)
    for (const char* name : {"true_mean", "true_sd", "error_in_sd", "variance_ratio"})
      report.columns.push_back({name, ""});
  for (std::size_t k = 0; k < summaries().size(); ++k) {
    const auto& s = summaries()[k];
    report.rows.push_back(
        {static_cast<double>(k + 1), s.mean, s.sd, s.mcse, s.q05, s.median, s.q95, s.rhat, s.ess_bulk, s.ess_tail});
    if (!known) continue;
    const double sd = std::sqrt(known->variance[k]);
    auto& row = report.rows.back();
    row.insert(row.end(), {known->mean[k], sd, (s.mean - known->mean[k]) / sd, s.sd * s.sd / known->variance[k]});
  }
  return report;
}

std::vector<sim::Report> SgldStage::reports() {
  bring_home();
  std::vector<sim::Report> reports;
  if (draws_->num_draws() > 0) reports.push_back(diagnostics());
  if (history_.empty()) return reports;
  sim::Report predictive{"predictive.csv", {{"update", ""}, {"draws", ""}}, history_};
  const auto columns = series_columns();
  predictive.columns.insert(predictive.columns.end(), columns.begin() + (exact_ ? 5 : 3), columns.end());
  reports.push_back(predictive);
  const auto bins = (held_out_ ? held_out_ : training_)->reliability();
  if (bins.empty()) return reports;
  sim::Report calibration{
      "calibration.csv", {{"low", ""}, {"high", ""}, {"rows", ""}, {"mean_probability", ""}, {"frequency", ""}}, {}};
  for (const auto& bin : bins)
    calibration.rows.push_back({bin.low, bin.high, bin.rows, bin.mean_probability, bin.frequency});
  reports.push_back(calibration);
  return reports;
}

/// How far what was sampled is from what is known.
void SgldStage::add_agreement(std::vector<Result>& results, const std::vector<math::ChainSummary>& summaries) const {
  const auto& known = exact_ ? exact_ : reference_;
  if (!known) return;
  double error = 0.0, ratio = 0.0, least = std::numeric_limits<double>::max(), most = 0.0;
  for (std::size_t k = 0; k < summaries.size(); ++k) {
    error = std::max(error, std::fabs(summaries[k].mean - known->mean[k]) / std::sqrt(known->variance[k]));
    const double each = summaries[k].sd * summaries[k].sd / known->variance[k];
    ratio += each / static_cast<double>(summaries.size());
    least = std::min(least, each);
    most = std::max(most, each);
  }
  const std::string whose = exact_ ? "the exact posterior" : "\"" + params_.evaluation.reference + "\"";
  results.push_back({fmt::format("largest error of a mean, in deviations of {}", whose), error, ""});
  results.push_back({fmt::format("variance over that of {}, mean", whose), ratio, ""});
  results.push_back({"least", least, ""});
  results.push_back({"largest", most, ""});
  if (!exact_) return;
  results.push_back({"mean distance of draws from the exact mean", distance_ / weight_, ""});
  results.push_back({"mean squared distance", squares_ / weight_, ""});
}

std::vector<sim::Stage::Result> SgldStage::results() {
  bring_home();
  std::vector<Result> results;
  const auto travel = sampler_->travel();
  const double rounds =
      static_cast<double>(sampler_->num_updates_done()) / static_cast<double>(params_.sampler.local_updates);
  results.push_back({"bytes that a chain takes along", static_cast<double>(sampler_->chains().bytes_of_chain()), "B"});
  results.push_back({"bytes between ranks a round", static_cast<double>(travel.bytes) / std::max(1.0, rounds), "B"});
  if (params_.sampler.privacy) {
    const auto exposure = exposure_of(*clients_, *schedule_, params_.sampler, sampler_->num_updates_done());
    results.push_back({fmt::format("privacy: epsilon at delta = {:g} of a row of client {}",
                                   params_.sampler.privacy->delta, exposure.client),
                       exposure.epsilon, ""});
  }
  if (held_out_ && held_out_->num_draws() > 0) {
    const auto scores = held_out_->scores();
    const bool is_number = model_->prediction() != Prediction::classes;
    results.push_back({"test: mean log-likelihood of draws", scores.log_likelihood, ""});
    results.push_back({"test: log of the mean likelihood", scores.predictive, ""});
    if (model_->prediction() != Prediction::none)
      results.push_back({is_number ? "test: mean squared error" : "test: share of wrong classes", scores.error, ""});
    if (!is_number) results.push_back({"test: calibration error", scores.calibration_error, ""});
  }
  if (draws_->num_draws() < 4) return results;
  double rhat = 0.0, bulk = std::numeric_limits<double>::max(), tail = bulk;
  std::int64_t mixed = 0;
  for (const auto& s : summaries()) {
    rhat = std::max(rhat, std::isfinite(s.rhat) ? s.rhat : 0.0);
    bulk = std::min(bulk, std::isfinite(s.ess_bulk) ? s.ess_bulk : bulk);
    tail = std::min(tail, std::isfinite(s.ess_tail) ? s.ess_tail : tail);
    if (s.rhat < good_rhat) ++mixed;
  }
  results.push_back({"draws", static_cast<double>(draws_->num_draws() * params_.sampler.chains), ""});
  results.push_back({"largest R-hat", rhat, ""});
  results.push_back({fmt::format("parameters with R-hat below {}", good_rhat), static_cast<double>(mixed), ""});
  results.push_back({"least effective size, bulk", bulk, ""});
  results.push_back({"least effective size, tail", tail, ""});
  add_agreement(results, summaries());
  return results;
}

void SgldStage::save(data::StateWriter& writer) {
  bring_home();
  sampler_->save(writer);
  sim::PartWriter of_draws(writer, "draws");
  draws_->save(of_draws);
  for (const auto& [part, name] : {std::pair{&held_out_, "held_out"}, std::pair{&training_, "training"}}) {
    if (!*part) continue;
    sim::PartWriter of_part(writer, name);
    (*part)->save(of_part);
  }
  writer.put("steps", steps_done_);
  writer.put("distances", std::vector<double>{distance_, squares_, weight_});
  std::vector<double> rows;
  for (const auto& row : history_) rows.insert(rows.end(), row.begin(), row.end());
  writer.put("history", rows);
  writer.put("history_rows", static_cast<std::int64_t>(history_.size()));
}

void SgldStage::restore(data::StateReader& reader) {
  start();
  sampler_->restore(reader);
  sim::PartReader of_draws(reader, "draws");
  draws_->restore(of_draws);
  for (const auto& [part, name] : {std::pair{&held_out_, "held_out"}, std::pair{&training_, "training"}}) {
    if (!*part) continue;
    sim::PartReader of_part(reader, name);
    (*part)->restore(of_part);
  }
  reader.get("steps", steps_done_);
  std::vector<double> sums, rows;
  std::int64_t num_rows = 0;
  reader.get("distances", sums);
  reader.get("history", rows);
  reader.get("history_rows", num_rows);
  if (sums.size() != 3 || num_rows < 0 || (num_rows > 0 && rows.size() % static_cast<std::size_t>(num_rows) != 0))
    throw Error::input("a checkpoint with other sums of draws");
  distance_ = sums[0];
  squares_ = sums[1];
  weight_ = sums[2];
  history_.clear();
  const std::size_t width = num_rows > 0 ? rows.size() / static_cast<std::size_t>(num_rows) : 0;
  for (std::size_t n = 0; n < static_cast<std::size_t>(num_rows); ++n)
    history_.emplace_back(rows.begin() + static_cast<std::ptrdiff_t>(n * width),
                          rows.begin() + static_cast<std::ptrdiff_t>((n + 1) * width));
}

}  // namespace tessera::learn::fsgld
