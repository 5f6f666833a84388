#include "run/run.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "base/memory.hpp"
#include "base/region.hpp"
#include "base/runtime.hpp"
#include "base/signals.hpp"
#include "data/io/checkpoint.hpp"
#include "data/io/file.hpp"
#include "run/checkpoints.hpp"
#include "run/deck_values.hpp"
#include "run/ensemble.hpp"
#include "run/loop.hpp"
#include "run/outputs.hpp"
#include "run/plan.hpp"
#include "run/run_folder.hpp"
#include "run/stop.hpp"
#include "run/summary.hpp"

namespace tessera::run {

namespace {

class Run {
 public:
  Run(const Comm& comm, const RunOptions& options, Plan plan, const Ensemble* ensemble)
      : comm_(comm),
        options_(options),
        plan_(std::move(plan)),
        ensemble_(ensemble),
        start_(wall_time()),
        folder_(comm, run_folder_path(options), folder_mode(options)) {}

  ExitStatus execute();

 private:
  void open();
  void log_head() const;
  StopReason run_stages();
  StopReason run_stage(std::size_t n, data::Checkpoint* restart);
  const data::System* earlier_system(const std::string& stage);
  bool is_used_later(std::size_t n) const;
  std::vector<std::string> stop_folders() const {
    return ensemble_ != nullptr ? std::vector{folder_.path(), ensemble_->folder} : std::vector{folder_.path()};
  }
  void finish(StopReason reason);
  void conclude(const std::string& status, const std::string& reason, ExitStatus exit_status);
  std::string explain(const Error& error) const;

  const Comm& comm_;
  const RunOptions& options_;
  Plan plan_;
  const Ensemble* ensemble_;
  double start_;
  RunFolder folder_;
  bool is_open_ = false;  // what is in the folder belongs to this run
  Summary summary_;
  std::unique_ptr<data::Checkpoint> restart_;
  std::optional<Checkpoints> checkpoints_;
  std::map<std::string, std::unique_ptr<sim::Stage>> finished_;  // those that later stages use
  std::map<std::string, data::System> from_disk_;
};

ExitStatus Run::execute() {
  try {
    open();
    log_head();
    const StopReason reason = run_stages();
    finish(reason);
    return reason == StopReason::none ? ExitStatus::done : ExitStatus::resumable;
  } catch (...) {
    const Error error = to_error(std::current_exception());
    const std::string message = explain(error);
    // Perhaps this rank alone has failed: nothing here may wait for the others.
    try {
      if (is_open_) conclude("failed", message, error.exit_status());
    } catch (const Error& second) {
      log::error("{}", second.what());
    }
    throw Error(error.kind(), message);
  }
}

void Run::open() {
  if (options_.resume) refuse_other_physics(comm_, folder_, plan_, options_);
  agree(comm_, [&] {
    if (comm_.is_root()) data::write_text_atomically(folder_.file("deck.toml"), plan_.effective_deck);
    log::open_file(folder_.file("log.txt"));
  });
  is_open_ = true;
  if (options_.resume) restart_ = data::Checkpoint::open_newest(comm_, folder_.path());
  if (restart_ && restart_->info().stage >= static_cast<std::int64_t>(plan_.stages.size()))
    throw Error::input(fmt::format("{}: was written in stage {} of a deck that now has {}", restart_->info().folder,
                                   restart_->info().stage + 1, plan_.stages.size()));
  checkpoints_.emplace(comm_, folder_.path(), plan_, restart_ ? restart_->info().serial : 0, options_.strict);
  if (restart_) {
    summary_.resumed_from = restart_->info().folder;
    checkpoints_->set_last_good(restart_->info().folder, restart_->info().step);
  }
  summary_.placement = describe_placement(comm_);
  agree(comm_, [&] {
    if (comm_.is_root()) write_summary(folder_.file("summary.json"), plan_, summary_, comm_.size());
  });
}

void Run::log_head() const {
  const BuildInfo build = build_info();
  log::info("Tessera {} ({}, Kokkos {} {}, {})", build.version, build.compiler, build.kokkos, build.backend,
            build.simd);
  log::info("{}", summary_.placement);
  log::info("deck {}{}, seed {}", plan_.deck_path, plan_.top.title.empty() ? "" : ": " + plan_.top.title,
            plan_.top.seed);
  for (const auto& choice : plan_.chosen) log::info("  {}", choice);
  log::info("folder {}", folder_.path());
  if (restart_)
    log::info("Going on from {}: stage \"{}\", step {}", restart_->info().folder,
              plan_.stages.at(static_cast<std::size_t>(restart_->info().stage)).name, restart_->info().step);
  else if (options_.resume)
    log::info("No checkpoint was written yet: from the beginning");
}

StopReason Run::run_stages() {
  const std::size_t first = restart_ ? static_cast<std::size_t>(restart_->info().stage) : 0;
  for (std::size_t n = first; n < plan_.stages.size(); ++n) {
    const StopReason reason = run_stage(n, n == first ? restart_.get() : nullptr);
    if (reason != StopReason::none) return reason;
  }
  return StopReason::none;
}

/// Collective. Ready for its next step; what goes wrong until then is told with the stage's name.
std::unique_ptr<sim::Stage> begin_stage(const sim::StageContext& context, const PlannedStage& planned,
                                        data::Checkpoint* restart) {
  try {
    auto stage = planned.params->make(context);
    const Region region("run/start");
    if (restart != nullptr)
      stage->restore(*restart->section("stage"));
    else
      stage->start();
    return stage;
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("stage \"{}\": {}", planned.name, error.what()));
  }
}

StopReason Run::run_stage(std::size_t n, data::Checkpoint* restart) {
  const auto& planned = plan_.stages[n];
  const sim::StageContext context{comm_, planned.name, seed_of(plan_.top, planned.common),
                                  [this](const std::string& name) { return earlier_system(name); },
                                  [this](const std::string& name) { return folder_.stage_folder(name); }};
  auto stage = begin_stage(context, planned, restart);
  auto& summary = summary_.stages.emplace_back();
  if (restart != nullptr) summary.first_step = restart->info().step;
  summary.name = planned.name;
  summary.type = planned.type;
  summary.num_steps = stage->num_steps();
  summary.last_step = summary.first_step;
  summary.num_items = stage->num_items();
  summary.item_name = stage->item_name();
  summary.time = stage->time();
  summary.time_unit = stage->units().time_unit;
  summary.columns = stage->series_columns();
  log::info("\nstage \"{}\" ({}): {} {}s, {} steps", planned.name, planned.type, summary.num_items, summary.item_name,
            summary.num_steps);

  Outputs outputs(comm_, folder_.stage_folder(planned.name), planned.common.output, *stage, plan_.effective_deck,
                  restart);
  if (restart == nullptr) outputs.write(0, summary.num_steps == 0 || stage->is_finished());
  StopWatch stop_watch(stop_folders(), plan_.top.wall_limit, ensemble_ != nullptr ? ensemble_->start : start_,
                       comm_.is_root());
  Loop loop({comm_, *checkpoints_, stop_watch, options_.strict}, static_cast<std::int64_t>(n), *stage, outputs,
            summary);
  const StopReason reason = loop.run(summary_.warnings);
  summary.last_values = outputs.last_values().empty() ? stage->series_values() : outputs.last_values();
  summary.results = stage->results();
  summary.step_cost = stage->step_cost();
  outputs.close();
  summary_.bytes_written += outputs.bytes_written();
  const bool is_end = n + 1 == plan_.stages.size();
  if (reason == StopReason::none && is_end && checkpoints_->is_enabled())
    checkpoints_->write(static_cast<std::int64_t>(n), summary.last_step, *stage, outputs);
  if (is_used_later(n)) finished_[planned.name] = std::move(stage);
  return reason;
}

bool Run::is_used_later(std::size_t n) const {
  for (std::size_t later = n + 1; later < plan_.stages.size(); ++later)
    for (const auto& used : plan_.stages[later].params->uses())
      if (used == plan_.stages[n].name) return true;
  return false;
}

/// In memory if it ran in this process, from its last snapshot otherwise.
const data::System* Run::earlier_system(const std::string& name) {
  if (const auto found = finished_.find(name); found != finished_.end()) return found->second->system();
  const std::string path = folder_.stage_folder(name) + "/particles.h5";
  const bool exists = agree(comm_, [&] { return data::path_exists(path); });
  if (!exists) return nullptr;
  if (!from_disk_.contains(name)) from_disk_.emplace(name, data::read_snapshot(comm_, path));
  return &from_disk_.at(name);
}

void Run::finish(StopReason reason) {
  summary_.regions = collect_regions(comm_);
  const MemoryUse memory = memory_use();
  summary_.peak_views = comm_.all_reduce(memory.peak_views, Op::max);
  summary_.peak_resident = comm_.all_reduce(memory.peak_resident, Op::max);
  log_warnings(comm_, summary_.warnings, options_.strict);
  const bool is_done = reason == StopReason::none;
  agree(comm_, [&] {
    conclude(is_done ? "done" : "stopped", to_text(reason), is_done ? ExitStatus::done : ExitStatus::resumable);
  });
  log_closing_tables(summary_, folder_.path(), comm_.size());
}

void Run::conclude(const std::string& status, const std::string& reason, ExitStatus exit_status) {
  summary_.status = status;
  summary_.reason = reason;
  summary_.exit_status = static_cast<int>(exit_status);
  summary_.wall_seconds = wall_time() - start_;
  if (checkpoints_) summary_.last_checkpoint = checkpoints_->last_good();
  if (comm_.is_root()) write_summary(folder_.file("summary.json"), plan_, summary_, comm_.size());
}

/// Where a run that has failed can be taken up again.
std::string Run::explain(const Error& error) const {
  if (error.kind() == ErrorKind::input || !checkpoints_) return error.what();
  if (checkpoints_->last_good().empty()) return fmt::format("{}\nno checkpoint had been written", error.what());
  return fmt::format("{}\nthe last good checkpoint is that of step {}, in {}", error.what(),
                     checkpoints_->last_good_step(), checkpoints_->last_good());
}

}  // namespace

std::string run_folder_path(const RunOptions& options) {
  if (!options.out.empty()) return options.out;
  return "runs/" + std::filesystem::path(options.deck).stem().string();
}

FolderMode folder_mode(const RunOptions& options) {
  return options.resume ? FolderMode::resume : options.force ? FolderMode::force : FolderMode::fresh;
}

void refuse_other_physics(const Comm& comm, const RunFolder& folder, const Plan& plan, const RunOptions& options) {
  constexpr std::int64_t max_deck_bytes = std::int64_t{1} << 24;
  agree(comm, [&] {
    if (!comm.is_root()) return;
    const auto changes =
        physics_changes(data::read_text(folder.file("deck.toml"), max_deck_bytes), plan.effective_deck);
    if (changes.empty() || options.accept_changes) return;
    throw Error::input(
        fmt::format("{}: this run was begun with another deck:\n{}\nexpected the same physics; --accept-changes goes "
                    "on all the same",
                    folder.path(), fmt::join(changes, "\n")));
  });
}

ExitStatus run_plan(const Comm& comm, const RunOptions& options, Plan plan, const Ensemble* ensemble) {
  Run run(comm, options, std::move(plan), ensemble);
  const ExitStatus status = run.execute();
  log::close_file();
  return status;
}

ExitStatus run_deck(const Comm& comm, const Registry& registry, const RunOptions& options) {
  install_signal_handlers();
  if (options.resume && options.force)
    throw Error::input("command line: --resume goes on with a run, --force replaces it; expected one of them");
  Plan plan = read_plan(comm, registry, options.deck, options.overrides);
  return plan.top.members > 1 ? run_ensemble(comm, registry, options, plan) : run_plan(comm, options, std::move(plan));
}

}  // namespace tessera::run
