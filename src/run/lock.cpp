#include "run/lock.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <sstream>

#include "base/error.hpp"
#include "base/log.hpp"
#include "data/io/file.hpp"

namespace tessera::run {

namespace {

constexpr std::int64_t max_lock_bytes = 4096;

struct Owner {
  std::string host;
  long process = 0;
  std::string start;  ///< of the process, in clock ticks since boot: process numbers come again
  std::string job;    ///< of the batch system
};

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

/// The 22nd field of /proc/<process>/stat; empty if there is no such process, or if it has ended and only waits for its
/// parent to notice.
std::string start_of(long process) {
  std::string text;
  try {
    text = data::read_text(fmt::format("/proc/{}/stat", process), 65536);
  } catch (const Error&) {
    return "";
  }
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string field;
  fields >> field;
  if (field == "Z" || field == "X") return "";
  for (int n = 4; n <= 22; ++n) fields >> field;
  return field;
}

Owner this_process() {
  const char* job = std::getenv("SLURM_JOB_ID");
  return {host_name(), getpid(), start_of(getpid()), job == nullptr ? "-" : job};
}

Owner read_owner(const std::string& path) {
  Owner owner;
  std::istringstream words(data::read_text(path, max_lock_bytes));
  words >> owner.host >> owner.process >> owner.start >> owner.job;
  return owner;
}

bool is_gone(const Owner& owner, const Owner& self) {
  if (owner.host == self.host) return start_of(owner.process) != owner.start;
  return self.job != "-" && owner.job == self.job;
}

/// Throws unless the lock's process is known to have ended.
Owner gone_owner(const std::string& path, const Owner& self) {
  const Owner owner = read_owner(path);
  if (owner.start.empty())
    throw Error::input(path +
                       ": says of no run that this folder would belong to\nexpected what a run writes there; "
                       "remove the file if no run is at work here");
  if (!is_gone(owner, self))
    throw Error::input(fmt::format(
        "{}: this folder belongs to a run of process {} on {}\nexpected that run to have ended; remove the file if "
        "it has",
        path, owner.process, owner.host));
  return owner;
}

}  // namespace

void take_lock(const std::string& path) {
  const Owner self = this_process();
  const auto create = [&](const std::string& file) {
    return data::create_text_atomically(file, fmt::format("{}.new.{}.{}", file, self.host, self.process),
                                        fmt::format("{} {} {} {}\n", self.host, self.process, self.start, self.job));
  };
  if (create(path)) return;
  gone_owner(path, self);
  // Only who holds the guard removes a lock, and looks at it again first: it may be a new one by now.
  const std::string guard = path + ".takeover";
  if (data::path_exists(guard) && is_gone(read_owner(guard), self)) data::remove_tree(guard);
  bool is_taken = create(guard);
  if (is_taken) {
    try {
      const Owner owner = gone_owner(path, self);
      log::info("The run that this folder belonged to (process {} on {}) is gone.", owner.process, owner.host);
      data::remove_tree(path);
      is_taken = create(path);
    } catch (const Error&) {
      data::remove_tree(guard);
      throw;
    }
    data::remove_tree(guard);
  }
  if (!is_taken) throw Error::input(path + ": another run has just taken this folder");
}

bool may_be_locked(const std::string& path) {
  return data::path_exists(path) && !is_gone(read_owner(path), this_process());
}

void release_lock(const std::string& path) noexcept { unlink(path.c_str()); }

}  // namespace tessera::run
