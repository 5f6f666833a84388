#include "run/checkpoints.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/log.hpp"
#include "base/region.hpp"
#include "data/io/checkpoint.hpp"

namespace tessera::run {

namespace {

/// Fowler, Noll and Vo's hash (FNV-1a, 64 bits): tells decks apart, guards nothing.
std::string hash_of(const std::string& text) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return fmt::format("{:016x}", hash);
}

}  // namespace

Checkpoints::Checkpoints(const Comm& comm, std::string run_folder, const Plan& plan, std::int64_t last_serial,
                         bool is_strict)
    : comm_(comm),
      run_folder_(std::move(run_folder)),
      deck_hash_(hash_of(plan.effective_deck)),
      seed_(static_cast<std::uint32_t>(plan.top.seed)),
      params_(plan.top.checkpoint),
      serial_(last_serial),
      is_strict_(is_strict),
      last_time_(wall_time()) {}

void Checkpoints::set_last_good(const std::string& folder, std::int64_t step) {
  last_good_ = folder;
  last_good_step_ = step;
}

bool Checkpoints::is_due_by_time() const {
  return comm_.is_root() && params_.minutes > 0.0 && wall_time() - last_time_ > 60.0 * params_.minutes;
}

void Checkpoints::write_or_throw(std::int64_t stage_index, std::int64_t step, sim::Stage& stage,
                                 const Outputs& outputs) {
  const Region region("run/checkpoint");
  const double begin = wall_time();
  last_time_ = begin;  // also after a failure: the next try has its time
  data::CheckpointInfo info;
  info.stage = stage_index;
  info.step = step;
  info.serial = ++serial_;
  info.ranks = comm_.size();
  info.seed = seed_;
  info.deck_hash = deck_hash_;
  data::write_checkpoint(comm_, run_folder_, info,
                         {{"stage", [&](data::StateWriter& writer) { stage.save(writer); }},
                          {"outputs", [&](data::StateWriter& writer) { outputs.save(writer); }}});
  last_duration_ = wall_time() - begin;
  set_last_good(run_folder_ + "/checkpoint", step);
}

void Checkpoints::write(std::int64_t stage_index, std::int64_t step, sim::Stage& stage, const Outputs& outputs) {
  try {
    write_or_throw(stage_index, step, stage, outputs);
  } catch (const Error& error) {
    if (is_strict_ || error.kind() != ErrorKind::io) throw;
    if (!comm_.is_root()) return;
    log::warning(fmt::format("no checkpoint could be written ({}); the run goes on, and {}", error.what(),
                             last_good_.empty() ? "there is none to restart from"
                                                : fmt::format("that of step {} still stands", last_good_step_)));
  }
}

}  // namespace tessera::run
