#include "sim/environment_stage.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "base/agree.hpp"
#include "base/memory.hpp"
#include "base/region.hpp"
#include "sim/state_part.hpp"
#include "sim/turns.hpp"

namespace tessera::sim {

namespace {

/// Slots of the agreement.
constexpr int running = 0;

/// Of rows that took the last step, or of all if none did.
double largest_state(const Environment::Rows& state, const Environment::Flags& ran) {
  const auto width = static_cast<std::int64_t>(state.extent(1));
  double largest = 0.0;
  Kokkos::parallel_reduce(
      "sim/largest_state", Range(0, static_cast<std::int64_t>(state.extent(0)) * width),
      KOKKOS_LAMBDA(std::int64_t n, double& most) {
        const double size = kmath::fabs(state(n / width, n % width));
        if (ran(n / width) != 0 && size > most) most = size;
      },
      Kokkos::Max<double>(largest));
  return largest > 0.0 ? largest : 0.0;  // the identity of a maximum is negative
}

std::int64_t count_running(const Environment::Flags& ending) {
  std::int64_t rows = 0;
  Kokkos::parallel_reduce(
      "sim/count_rows", Range(0, static_cast<std::int64_t>(ending.extent(0))),
      KOKKOS_LAMBDA(std::int64_t row, std::int64_t & sum) {
        if (ending(row) == no_ending) ++sum;
      },
      rows);
  return rows;
}

/// The first row that took the last step and came out of bounds in it with a state or a reward that is not finite; -1
/// if there is none.
std::int64_t first_overflow(const Environment::Flags& ran, const Environment::Flags& ending,
                            const Array1<double>& reward, double limit) {
  const auto rows = static_cast<std::int64_t>(ran.extent(0));
  const double largest = std::numeric_limits<double>::max();
  std::int64_t first = rows;
  Kokkos::parallel_reduce(
      "sim/first_overflow", Range(0, rows),
      KOKKOS_LAMBDA(std::int64_t row, std::int64_t & lowest) {
        if (ran(row) == 0 || ending(row) != static_cast<std::int64_t>(Ending::out_of_bounds)) return;
        const double size = kmath::fabs(reward(row));
        if (size > limit && size <= largest) return;
        if (row < lowest) lowest = row;
      },
      Kokkos::Min<std::int64_t>(first));
  return first < rows ? first : -1;
}

void check_memory(const EnvironmentInfo& info, const RecordParams& record, std::int64_t rows, std::int64_t available) {
  const double bytes = EpisodeRecord::bytes(info, record, rows);
  const auto most = static_cast<double>(available);
  if (bytes > most)
    throw Error::input(fmt::format(
        "trajectories of {} episodes of {} steps need {:.3g} GB here; expected at most {:.3g} GB, which is "
        "what this host has left for a rank: run fewer of them at a time (batch), or record fewer steps (every) or "
        "columns (which)",
        rows, info.num_steps, 1e-9 * bytes, 1e-9 * most));
}

/// In words, by the reward of the step.
const char* what_overflowed(double reward) {
  if (std::isfinite(reward)) return "the state is not finite any more";
  if (std::isnan(reward)) return "the reward is not a number";
  return "the reward has overflowed (squares of states or actions beyond 1.8e308)";
}

/// Results are told apart by name: "lqr", "lqr 2".
void number_alike(std::vector<ActionSource>& sources) {
  std::map<std::string, int> seen;
  for (auto& source : sources)
    if (const int count = ++seen[source.name]; count > 1) source.name += fmt::format(" {}", count);
}

}  // namespace

void bind(deck::Binder& b, EpisodeParams& p) {
  bind_counts(b, p);
  b.table("record", p.record, {"trajectories, written to table.h5"});
}

void bind_counts(deck::Binder& b, EpisodeParams& p) {
  b.value("episodes", p.episodes, {.low = 1, .high = 0x1p40}, {"how often the system is run from its start"});
  b.value("batch", p.batch, {.low = 1, .high = 0x1p40}, {"episodes at a time; all of them if left out"});
  b.check(p.episodes % p.rows() == 0, "batch",
          fmt::format("{} episodes cannot be had in batches of {}; expected a divisor", p.episodes, p.rows()));
  b.choice("overflow", p.overflow,
           {{"automatic", Overflow::automatic}, {"end", Overflow::end}, {"stop", Overflow::stop}},
           {"when a state or reward stops being finite: end the episode, or stop the run with an error; automatic: "
            "stop if there is one episode at a time"});
}

EnvironmentStage::EnvironmentStage(const StageContext& context, const EpisodeParams& params, EnvironmentSetup setup)
    : params_(params),
      setup_(std::move(setup)),
      name_(context.name),
      environment_(setup_.make_environment(context.comm, context.seed, params.rows())) {
  const auto rows = environment_->rows();
  const auto sources = static_cast<std::int64_t>(setup_.sources.size());
  if (rows.global != params.rows())
    throw Error::internal(fmt::format("an environment of {} rows; expected {}", rows.global, params.rows()));
  if (sources == 0 || rows.global % sources != 0)
    throw Error::input(
        fmt::format("batches of {} episodes for {} sources of actions\nexpected a multiple, so that each start is seen "
                    "under every source",
                    rows.global, sources));
  number_alike(setup_.sources);
  scores_.emplace(*environment_, sources);
  if (params.record) {
    const auto available = memory_available(context.comm);
    agree(context.comm, [&] { check_memory(environment_->info(), *params.record, rows.count, available); });
    record_.emplace(*environment_, *params.record, sources);
  }
  actions_ = Environment::Rows("sim/actions", static_cast<std::size_t>(rows.count),
                               static_cast<std::size_t>(environment_->info().num_actions));
}

bool EnvironmentStage::stops_on_overflow() const {
  return params_.overflow == Overflow::stop || (params_.overflow == Overflow::automatic && params_.rows() == 1);
}

/// Controllers are designed here and not in the constructor: it may take a while.
void EnvironmentStage::prepare() {
  std::vector<std::unique_ptr<Controller>> controllers;
  for (const auto& source : setup_.sources) controllers.push_back(source.make(*environment_));
  controller_ = controllers.size() == 1 ? std::move(controllers.front())
                                        : std::make_unique<TurnController>(std::move(controllers));
  if (controller_->gives_disturbances())
    disturbances_ = Environment::Rows("sim/disturbances", actions_.extent(0),
                                      static_cast<std::size_t>(environment_->info().num_disturbances));
}

void EnvironmentStage::start() {
  prepare();
  begin_batch(0);
}

void EnvironmentStage::begin_batch(std::int64_t batch) {
  environment_->reset({batch * params_.rows(), static_cast<std::int64_t>(setup_.sources.size())});
  controller_->start(*environment_);
  scores_->begin();
  if (record_) record_->begin();
  runs_ = true;
}

void EnvironmentStage::step(Agreement& agreement) {
  restored_.clear();
  if (step_ > 0 && step_ % episode_steps() == 0) begin_batch(step_ / episode_steps());
  ++step_;
  if (runs_)
    advance(agreement);
  else
    scores_->before_step();  // no row takes it
  if (step_ % episode_steps() != 0) return;
  scores_->close();
  if (record_) record_->close();
}

void EnvironmentStage::advance(Agreement& agreement) {
  {
    const Region region("sim/control");
    controller_->decide(*environment_, actions_, disturbances_);
    environment_->clip(actions_, actions_);
  }
  scores_->before_step();
  if (record_) record_->before_step(actions_);
  {
    const Region region("sim/environment");
    environment_->step(actions_, disturbances_);
  }
  scores_->after_step();
  if (record_) record_->after_step();
  {
    const Region region("sim/control");
    controller_->learn_of_step(*environment_, actions_);
  }
  if (stops_on_overflow())
    if (const auto error = find_overflow()) agreement.fail(*error);
  agreement.raise(running, count_running(environment_->ending()) > 0 ? 1.0 : 0.0);
}

void EnvironmentStage::agreed(const Agreement& agreement) { runs_ = agreement.raised(running) > 0.0; }

/// Local.
std::optional<Error> EnvironmentStage::find_overflow() const {
  const auto& info = environment_->info();
  const std::int64_t row =
      first_overflow(scores_->ran(), environment_->ending(), environment_->reward(), info.reward_limit);
  if (row < 0) return {};
  double reward = 0.0;
  Kokkos::deep_copy(reward, Kokkos::subview(environment_->reward(), row));
  return Error::numeric(fmt::format(
      "stage \"{}\", step {}: environment '{}': {} in episode {}, step {} (t = {:.6g})"
      "\noverflow = \"end\" lets an episode end there",
      name_, step_, info.id, what_overflowed(reward), environment_->episodes().first + environment_->rows().first + row,
      environment_->num_steps_done(), environment_->time()));
}

std::vector<SeriesColumn> EnvironmentStage::series_columns() const {
  return {{"time", ""},          {"reward", ""},    {"return", ""}, {"running", "episodes"},
          {"largest state", ""}, {"action rms", ""}};
}

std::vector<double> EnvironmentStage::series_values() {
  if (!restored_.empty()) return restored_;
  const auto progress = scores_->progress(actions_);
  const double largest = largest_state(environment_->state(), scores_->ran());
  return {time(),
          progress.reward,
          progress.total,
          static_cast<double>(environment_->num_running()),
          environment_->comm().all_reduce(largest, Op::max),
          progress.action};
}

std::vector<Stage::Result> EnvironmentStage::results() {
  std::vector<Result> results;
  for (std::size_t n = 0; n < setup_.sources.size(); ++n) {
    const auto scores = scores_->statistics(static_cast<std::int64_t>(n));
    const std::string prefix = setup_.sources.size() > 1 ? setup_.sources[n].name + ": " : "";
    results.push_back({prefix + "mean return", scores.mean, ""});
    results.push_back({prefix + "standard error", scores.error, ""});
    results.push_back({prefix + "mean return without last reward", scores.mean_before_last, ""});
    results.push_back({prefix + "standard error without last reward", scores.error_before_last, ""});
    results.push_back({prefix + "episodes to the end", static_cast<double>(scores.count), ""});
    results.push_back({prefix + "episodes out of bounds", static_cast<double>(scores.out_of_bounds), ""});
  }
  return results;
}

void EnvironmentStage::save(data::StateWriter& writer) {
  writer.put("step", step_);
  writer.put("runs", std::int64_t{runs_ ? 1 : 0});
  writer.put("series", series_values());
  PartWriter environment(writer, "environment"), controller(writer, "controller"), scores(writer, "scores");
  environment_->save(environment);
  controller_->save(controller);
  scores_->save(scores);
  if (!record_) return;
  PartWriter record(writer, "record");
  record_->save(record);
}

void EnvironmentStage::restore(data::StateReader& reader) {
  std::int64_t runs = 0;
  reader.get("step", step_);
  reader.get("runs", runs);
  reader.get("series", restored_);
  runs_ = runs != 0;
  PartReader environment(reader, "environment"), controller(reader, "controller"), scores(reader, "scores");
  environment_->restore(environment);
  prepare();
  controller_->start(*environment_);
  controller_->restore(controller);
  scores_->restore(scores);
  if (!record_) return;
  PartReader record(reader, "record");
  record_->restore(record);
}

double episode_bytes(const EnvironmentInfo& info, const EpisodeParams& params, int ranks) {
  const std::int64_t rows = (params.rows() + ranks - 1) / ranks;
  const double own = 8.0 * static_cast<double>(rows) * static_cast<double>(info.num_actions + 3);
  return own + (params.record ? EpisodeRecord::bytes(info, *params.record, rows) : 0.0);
}

}  // namespace tessera::sim
