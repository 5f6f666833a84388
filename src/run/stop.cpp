#include "run/stop.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <limits>

#include "base/region.hpp"
#include "base/signals.hpp"
#include "data/io/file.hpp"

namespace tessera::run {

namespace {

/// Seconds from now to the end of the batch job.
std::optional<double> job_seconds_left() {
  for (const char* name : {"SLURM_JOB_END_TIME", "TESSERA_JOB_END_TIME"}) {
    const char* text = std::getenv(name);
    if (text == nullptr) continue;
    char* end = nullptr;
    const double job_end = std::strtod(text, &end);
    if (end != text && *end == '\0') return job_end - static_cast<double>(std::time(nullptr));
  }
  return std::nullopt;
}

}  // namespace

std::string to_text(StopReason reason) {
  switch (reason) {
    case StopReason::none:
      return "";
    case StopReason::wall_limit:
      return "the wall-clock limit is near";
    case StopReason::stop_file:
      return "a file named stop is in the run folder";
    case StopReason::signal:
      return "a signal asked for it";
  }
  return "";
}

StopWatch::StopWatch(const std::vector<std::string>& folders, std::optional<double> wall_limit, double start,
                     bool is_root)
    : is_root_(is_root) {
  for (const auto& folder : folders) stop_files_.push_back(folder + "/stop");
  if (wall_limit) deadline_ = start + *wall_limit;
  if (const auto left = job_seconds_left()) {
    const double job_end = wall_time() + *left;
    deadline_ = deadline_ ? std::min(*deadline_, job_end) : job_end;
  }
}

void StopWatch::learn(double checkpoint_seconds, double step_seconds) {
  if (checkpoint_seconds > 0.0) checkpoint_seconds_ = std::max(checkpoint_seconds, 0.1);
  step_seconds_ = step_seconds;
}

double StopWatch::seconds_left() const {
  return deadline_ ? *deadline_ - wall_time() : std::numeric_limits<double>::infinity();
}

StopReason StopWatch::look() {
  if (pending_signal() != 0) return StopReason::signal;
  if (!is_root_) return StopReason::none;
  const double now = wall_time();
  if (now >= next_look_) {
    next_look_ = now + 1.0;
    for (const auto& file : stop_files_)
      if (data::path_exists(file)) return StopReason::stop_file;
  }
  // Twice the time that the last checkpoint took, and two steps, are kept back.
  const double margin = 2.0 * (checkpoint_seconds_ + step_seconds_);
  return deadline_ && now + margin >= *deadline_ ? StopReason::wall_limit : StopReason::none;
}

}  // namespace tessera::run
