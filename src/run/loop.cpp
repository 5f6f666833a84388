#include "run/loop.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/region.hpp"
#include "base/traffic.hpp"
#include "run/agreement_round.hpp"
#include "run/progress.hpp"

namespace tessera::run {

namespace {

std::string how_often(const log::Warning& warning) {
  if (warning.num_ranks > 1) return fmt::format(" ({} times on {} ranks)", warning.count, warning.num_ranks);
  return warning.count > 1 ? fmt::format(" ({} times)", warning.count) : "";
}

/// Collective. Per step, of what this rank has sent since `before`.
SentPerStep sent_since(const Traffic& before, std::int64_t steps, const Comm& comm) {
  if (steps == 0) return {};
  Traffic sent = traffic();
  sent -= before;
  std::int64_t sums[4] = {sent.messages, sent.bytes, sent.collectives, sent.collective_bytes};
  std::int64_t largest[4];
  std::copy(std::begin(sums), std::end(sums), largest);
  comm.all_reduce(sums, 4, Op::sum);
  comm.all_reduce(largest, 4, Op::max);
  const auto per_step = [&](int n) {
    return OverRanks{static_cast<double>(sums[n]) / static_cast<double>(steps) / comm.size(),
                     static_cast<double>(largest[n]) / static_cast<double>(steps)};
  };
  return {per_step(0), per_step(1), per_step(2), per_step(3)};
}

}  // namespace

void log_warnings(const Comm& comm, std::vector<log::Warning>& kept, bool is_strict) {
  const auto warnings = log::collect_warnings(comm);
  for (const auto& warning : warnings) {
    log::message(log::Level::warning, warning.text + how_often(warning));
    kept.push_back(warning);
  }
  if (is_strict && !warnings.empty()) throw Error::input("warnings are errors with --strict: " + warnings.front().text);
}

Loop::Loop(LoopServices services, std::int64_t stage_index, sim::Stage& stage, Outputs& outputs, StageSummary& summary)
    : services_(services),
      stage_index_(stage_index),
      stage_(stage),
      outputs_(outputs),
      summary_(summary),
      step_(summary.first_step),
      num_steps_(stage.num_steps()) {}

StopReason Loop::run(std::vector<log::Warning>& warnings) {
  Progress progress(summary_.name, step_, num_steps_, stage_.num_items(), stage_.item_name(), stage_.units().time_unit);
  const double begin = wall_time();
  const Traffic before = traffic();
  StopReason reason = StopReason::none;
  bool is_first = true;
  while (!is_over() && reason == StopReason::none) {
    reason = advance(warnings);
    summary_.last_step = step_;
    summary_.time = stage_.time();
    summary_.loop_seconds = wall_time() - begin;
    progress.update(step_, stage_.time());
    if (is_first) log_warnings(services_.comm, warnings, services_.is_strict);
    is_first = false;
  }
  progress.finish();
  if (is_over() && step_ < num_steps_)
    log::info("stage \"{}\" is finished after {} of {} steps", summary_.name, step_, num_steps_);
  summary_.sent = sent_since(before, step_ - summary_.first_step, services_.comm);
  return reason;
}

/// One step and all that is due after it.
StopReason Loop::advance(std::vector<log::Warning>& warnings) {
  const double begin = wall_time();
  auto& checkpoints = services_.checkpoints;
  sim::Agreement agreement;
  stage_.expect_series(outputs_.wants_series(step_ + 1));
  fault_.before(step_ + 1, stage_, agreement);
  stage_.step(agreement);
  ++step_;
  if (outputs_.failure()) agreement.fail(*outputs_.failure());
  const Requests asked =
      AgreementRound::run(services_.comm, agreement, {services_.stop_watch.look(), checkpoints.is_due_by_time()});
  stage_.agreed(agreement);

  const bool is_last = is_over();
  outputs_.write(step_, is_last);
  if (is_last) return StopReason::none;
  if (asked.stop != StopReason::none) {
    finish_stop(asked.stop);
    return asked.stop;
  }
  slowest_step_ = std::max(slowest_step_, wall_time() - begin);
  if (asked.checkpoint || checkpoints.is_due_by_step(step_)) {
    outputs_.flush();
    checkpoints.write(stage_index_, step_, stage_, outputs_);
    log_warnings(services_.comm, warnings, services_.is_strict);  // a failure is told at once
  }
  services_.stop_watch.learn(checkpoints.last_duration(), slowest_step_);
  return StopReason::none;
}

/// Without a checkpoint, "stopped, and resumable" would not be true.
void Loop::finish_stop(StopReason reason) {
  outputs_.flush();
  try {
    services_.checkpoints.write_or_throw(stage_index_, step_, stage_, outputs_);
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("step {}: asked to stop ({}), but no checkpoint could be written: {}", step_,
                                          to_text(reason), error.what()));
  }
}

}  // namespace tessera::run
