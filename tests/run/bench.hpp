// The loop around a toy, for tests.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "data/io/checkpoint.hpp"
#include "files.hpp"
#include "run/loop.hpp"
#include "run/stop.hpp"
#include "toy.hpp"

namespace tessera::test {

/// A stage with all that the loop needs around it, in a folder that may be taken up again.
class Bench {
 public:
  Bench(const std::string& folder, const ToyParams& params, const run::OutputParams& output,
        const run::CheckpointParams& checkpoint, data::Checkpoint* restart = nullptr, const Comm& comm = test::comm())
      : comm_(comm), folder_(folder), plan_(plan(checkpoint)), stage_(params.make({comm, "toy", 1, {}})) {
    diary() = {};
    if (restart != nullptr) {
      stage_->restore(*restart->section("stage"));
      summary_.first_step = restart->info().step;
    } else {
      stage_->start();
    }
    outputs_.emplace(comm, folder + "/toy", output, *stage_, "deck", restart);
    checkpoints_.emplace(comm, folder, plan_, restart != nullptr ? restart->info().serial : 0, false);
    stop_watch_.emplace(std::vector{folder}, plan_.top.wall_limit, 0.0, comm.is_root());
  }

  run::StopReason run() {
    run::Loop loop({comm_, *checkpoints_, *stop_watch_, false}, 0, *stage_, *outputs_, summary_);
    const run::StopReason reason = loop.run(warnings_);
    outputs_->close();
    return reason;
  }
  const run::StageSummary& summary() const { return summary_; }
  const std::vector<log::Warning>& warnings() const { return warnings_; }
  const run::Checkpoints& checkpoints() const { return *checkpoints_; }
  std::string series() const { return content_of(folder_ + "/toy/series.csv"); }

 private:
  static run::Plan plan(const run::CheckpointParams& checkpoint) {
    run::Plan plan;
    plan.top.checkpoint = checkpoint;
    return plan;
  }

  Comm comm_;
  std::string folder_;
  run::Plan plan_;
  std::unique_ptr<sim::Stage> stage_;
  run::StageSummary summary_;
  std::vector<log::Warning> warnings_;
  std::optional<run::Outputs> outputs_;
  std::optional<run::Checkpoints> checkpoints_;
  std::optional<run::StopWatch> stop_watch_;
};

inline ToyParams steps(std::int64_t count) {
  ToyParams params;
  params.steps = count;
  return params;
}

}  // namespace tessera::test
