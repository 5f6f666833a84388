// When restart points are written, and what becomes of a failure.
#pragma once

#include <cstdint>
#include <string>

#include "base/comm.hpp"
#include "run/outputs.hpp"
#include "run/plan.hpp"
#include "sim/stage.hpp"

namespace tessera::run {

class Checkpoints {
 public:
  /// Collective. Counts on from those that the folder holds.
  Checkpoints(const Comm& comm, std::string run_folder, const Plan& plan, std::int64_t last_serial, bool is_strict);

  /// Local, rank 0's clock: asks for one by time.
  bool is_due_by_time() const;
  bool is_due_by_step(std::int64_t step) const { return params_.every > 0 && step % params_.every == 0; }
  bool is_enabled() const { return params_.is_enabled(); }

  /// Collective. A failure is a warning, the last good checkpoint stays; with --strict it is an Error (io).
  void write(std::int64_t stage_index, std::int64_t step, sim::Stage& stage, const Outputs& outputs);
  /// Collective. Throws Error (io): somebody counts on it.
  void write_or_throw(std::int64_t stage_index, std::int64_t step, sim::Stage& stage, const Outputs& outputs);

  double last_duration() const { return last_duration_; }
  /// Folder of the last good one; empty if there is none.
  const std::string& last_good() const { return last_good_; }
  std::int64_t last_good_step() const { return last_good_step_; }
  void set_last_good(const std::string& folder, std::int64_t step);

 private:
  Comm comm_;
  std::string run_folder_, deck_hash_, last_good_;
  std::uint32_t seed_;
  CheckpointParams params_;
  std::int64_t serial_, last_good_step_ = 0;
  bool is_strict_;
  double last_time_, last_duration_ = 0.0;
};

}  // namespace tessera::run
