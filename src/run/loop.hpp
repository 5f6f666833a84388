// The one loop: every stage, whatever it simulates or learns, is stepped here.
#pragma once

#include <cstdint>
#include <memory>

#include "run/checkpoints.hpp"
#include "run/outputs.hpp"
#include "run/plan.hpp"
#include "run/step_fault.hpp"
#include "run/stop.hpp"
#include "run/summary.hpp"
#include "sim/stage.hpp"

namespace tessera::run {

/// What all stages of a run share.
struct LoopServices {
  const Comm& comm;
  Checkpoints& checkpoints;
  StopWatch& stop_watch;
  bool is_strict;
};

/// Collective. Logs the warnings of all ranks since the last call and keeps them; with `is_strict` any is an Error
/// (input).
void log_warnings(const Comm& comm, std::vector<log::Warning>& kept, bool is_strict);

class Loop {
 public:
  Loop(LoopServices services, std::int64_t stage_index, sim::Stage& stage, Outputs& outputs, StageSummary& summary);

  /// Collective. From step summary.first_step to the last one; returns why it stopped before, if it did, after a
  /// checkpoint. Warnings go to `warnings`. Throws what went wrong on any rank, on all of them.
  StopReason run(std::vector<log::Warning>& warnings);

 private:
  bool is_over() const { return step_ >= num_steps_ || stage_.is_finished(); }
  StopReason advance(std::vector<log::Warning>& warnings);
  void finish_stop(StopReason reason);

  LoopServices services_;
  std::int64_t stage_index_;
  sim::Stage& stage_;
  Outputs& outputs_;
  StageSummary& summary_;
  StepFault fault_;
  std::int64_t step_, num_steps_;
  double slowest_step_ = 0.0;
};

}  // namespace tessera::run
