// Reasons to stop before the last step.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tessera::run {

/// The later ones win where ranks have different ones.
enum class StopReason : int { none, wall_limit, stop_file, signal };

/// In words, for the log and the summary; empty for none.
std::string to_text(StopReason reason);

/// Looks for reasons to stop. Local and cheap: one clock read, and on rank 0 a look for the stop file once a second.
class StopWatch {
 public:
  /// A file named `stop` in any of the folders; `wall_limit` seconds from `start` (wall_time()). The end of a batch
  /// job, in seconds since 1970, is taken from SLURM_JOB_END_TIME or TESSERA_JOB_END_TIME as well: the earlier one
  /// counts.
  StopWatch(const std::vector<std::string>& folders, std::optional<double> wall_limit, double start, bool is_root);

  StopReason look();
  /// Seconds that stopping will take: the duration of the last checkpoint (0: there was none yet), and of one step.
  void learn(double checkpoint_seconds, double step_seconds);
  double seconds_left() const;

 private:
  std::vector<std::string> stop_files_;
  std::optional<double> deadline_;  // wall_time()
  bool is_root_;
  double next_look_ = 0.0;
  double checkpoint_seconds_ = 1.0, step_seconds_ = 0.0;
};

}  // namespace tessera::run
