#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include "base/error.hpp"
#include "files.hpp"
#include "run/lock.hpp"

using namespace tessera;
using run::release_lock;
using run::take_lock;
using test::content_of;
using test::put_file;

namespace {

std::string lock_file() { return test::scratch_folder() + "/lock"; }

std::string host() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

/// A process that waits until it is killed.
class OtherProcess {
 public:
  OtherProcess() : id_(fork()) {
    if (id_ == 0)
      for (;;) pause();
  }
  ~OtherProcess() { end(); }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;
  pid_t id() const { return id_; }
  /// Kills it, but does not take notice.
  void strike() const {
    kill(id_, SIGKILL);
    siginfo_t ignored;
    waitid(P_PID, static_cast<id_t>(id_), &ignored, WEXITED | WNOWAIT);
  }
  void end() {
    if (id_ <= 0) return;
    kill(id_, SIGKILL);
    waitpid(id_, nullptr, 0);
    id_ = 0;
  }
  /// The 22nd field of its stat.
  std::string start() const {
    const std::string text = content_of(fmt::format("/proc/{}/stat", id_));
    std::istringstream fields(text.substr(text.rfind(')') + 1));
    std::string field;
    for (int n = 0; n < 20; ++n) fields >> field;
    return field;
  }

 private:
  pid_t id_;
};

/// The job that the batch system says this is.
class Job {
 public:
  explicit Job(const char* id) { setenv("SLURM_JOB_ID", id, 1); }
  ~Job() { unsetenv("SLURM_JOB_ID"); }
};

}  // namespace

TEST_CASE("a folder is taken and given back", "[run]") {
  const std::string lock = lock_file();
  take_lock(lock);
  REQUIRE_THAT(content_of(lock), Contains(fmt::format("{} {} ", host(), getpid())));
  release_lock(lock);
  REQUIRE_FALSE(std::filesystem::exists(lock));
  REQUIRE_FALSE(run::may_be_locked(lock));
  release_lock(lock);
  take_lock(lock);
}

TEST_CASE("a folder of a process that lives is not to be had, of one that has ended it is", "[run]") {
  const std::string lock = lock_file();
  OtherProcess other;
  const std::string owned = fmt::format("{} {} {} -\n", host(), other.id(), other.start());
  put_file(lock, owned);
  REQUIRE_THROWS_WITH(take_lock(lock), Contains(lock) && Contains(fmt::format("process {} on {}", other.id(), host())));
  REQUIRE(content_of(lock) == owned);
  REQUIRE(run::may_be_locked(lock));
  other.end();
  REQUIRE_FALSE(run::may_be_locked(lock));
  take_lock(lock);
  REQUIRE_THAT(content_of(lock), Contains(fmt::format(" {} ", getpid())));
}

TEST_CASE("a process that has ended unnoticed by its parent is gone", "[run]") {
  const std::string lock = lock_file();
  const OtherProcess other;
  put_file(lock, fmt::format("{} {} {} -\n", host(), other.id(), other.start()));
  other.strike();
  take_lock(lock);
  REQUIRE_THAT(content_of(lock), Contains(fmt::format(" {} ", getpid())));
}

TEST_CASE("a process number that came again is another process", "[run]") {
  const std::string lock = lock_file();
  const OtherProcess other;
  put_file(lock, fmt::format("{} {} {}1 -\n", host(), other.id(), other.start()));
  take_lock(lock);
  REQUIRE_THAT(content_of(lock), Contains(fmt::format(" {} ", getpid())));
}

TEST_CASE("of another host only the same batch job knows", "[run]") {
  const std::string lock = lock_file();
  put_file(lock, "elsewhere 12 345 17\n");
  REQUIRE_THROWS_WITH(take_lock(lock), Contains("process 12 on elsewhere") && Contains("remove the file"));
  {
    const Job job("18");
    REQUIRE_THROWS_AS(take_lock(lock), Error);
  }
  const Job job("17");
  take_lock(lock);
  REQUIRE_THAT(content_of(lock), Contains(" 17\n"));
}

TEST_CASE("a lock that says nothing is left to people", "[run]") {
  const std::string lock = lock_file();
  for (const auto* text : {"", "mine\n", "host 12"}) {
    put_file(lock, text);
    REQUIRE_THROWS_WITH(take_lock(lock), Contains(lock) && Contains("remove the file"));
    REQUIRE(content_of(lock) == text);
  }
}

TEST_CASE("of many processes that want a folder at once, one gets it", "[run]") {
  const bool is_stale = GENERATE(false, true);
  CAPTURE(is_stale);
  const std::string lock = lock_file();
  const std::string host_of_dead = host();
  if (is_stale) put_file(lock, host_of_dead + " 999999999 1 -\n");
  constexpr int num_processes = 16;
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  std::vector<pid_t> children;
  for (int n = 0; n < num_processes; ++n) {
    const pid_t id = fork();
    if (id == 0) {
      char go = 0;
      close(ready[1]);
      [[maybe_unused]] const auto got = read(ready[0], &go, 1);  // until the other end is closed
      int status = 1;
      try {
        take_lock(lock);
        status = 0;
      } catch (const Error&) {
      }
      if (status == 0) usleep(300000);  // alive while the others try
      _exit(status);
    }
    children.push_back(id);
  }
  close(ready[0]);
  close(ready[1]);
  int num_taken = 0;
  for (const pid_t id : children) {
    int status = 0;
    waitpid(id, &status, 0);
    num_taken += WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 1 : 0;
  }
  REQUIRE(num_taken == 1);
  std::filesystem::remove(lock);
}
