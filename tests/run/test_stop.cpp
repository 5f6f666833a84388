#include "run/stop.hpp"

#include <csignal>
#include <cstdlib>
#include <ctime>

#include "base/region.hpp"
#include "base/signals.hpp"
#include "files.hpp"

using namespace tessera;
using run::StopReason;
using run::StopWatch;

namespace {

/// A variable of the environment while it lives.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) { setenv(name, value.c_str(), 1); }
  ~Variable() { unsetenv(name_); }

 private:
  const char* name_;
};

std::string seconds_from_now(int seconds) { return std::to_string(std::time(nullptr) + seconds); }

StopWatch root_watch(const std::string& folder, std::optional<double> limit = std::nullopt) {
  return {{folder}, limit, wall_time(), true};
}

}  // namespace

TEST_CASE("without a reason a run goes on", "[run]") {
  auto watch = root_watch(test::scratch_folder());
  REQUIRE(watch.look() == StopReason::none);
  REQUIRE(watch.seconds_left() > 1e300);
  REQUIRE(run::to_text(StopReason::none).empty());
}

TEST_CASE("a signal is heard on every rank", "[run]") {
  const std::string folder = test::scratch_folder();
  install_signal_handlers();
  for (const int signal : {SIGUSR1, SIGUSR2, SIGTERM, SIGINT})
    for (const bool is_root : {true, false}) {
      clear_signal();
      StopWatch watch({folder}, std::nullopt, wall_time(), is_root);
      REQUIRE(watch.look() == StopReason::none);
      raise(signal);
      REQUIRE(watch.look() == StopReason::signal);
    }
  clear_signal();
}

TEST_CASE("rank 0 alone looks for a file named stop", "[run]") {
  const std::string folder = test::scratch_folder();
  test::put_file(folder + "/stop", "");
  REQUIRE(root_watch(folder).look() == StopReason::stop_file);
  StopWatch other({folder}, std::nullopt, wall_time(), false);
  REQUIRE(other.look() == StopReason::none);
}

TEST_CASE("the wall limit leaves time for a checkpoint and a step", "[run]") {
  const std::string folder = test::scratch_folder();
  auto watch = root_watch(folder, 100.0);
  REQUIRE(watch.look() == StopReason::none);
  REQUIRE_THAT(watch.seconds_left(), WithinAbs(100.0, 5.0));
  watch.learn(40.0, 5.0);
  REQUIRE(watch.look() == StopReason::none);
  watch.learn(45.0, 6.0);
  REQUIRE(watch.look() == StopReason::wall_limit);
  REQUIRE(root_watch(folder, 1e-3).look() == StopReason::wall_limit);
}

TEST_CASE("before the first checkpoint a guess stands for its duration", "[run]") {
  auto watch = root_watch(test::scratch_folder(), 1.5);
  watch.learn(0.0, 0.001);
  REQUIRE(watch.look() == StopReason::wall_limit);
}

TEST_CASE("the end of the job counts, and the earlier limit wins", "[run]") {
  const std::string folder = test::scratch_folder();
  for (const char* name : {"TESSERA_JOB_END_TIME", "SLURM_JOB_END_TIME"}) {
    {
      const Variable end(name, seconds_from_now(1));
      REQUIRE(root_watch(folder).look() == StopReason::wall_limit);
      REQUIRE(root_watch(folder, 1000.0).look() == StopReason::wall_limit);
    }
    const Variable end(name, seconds_from_now(1000));
    REQUIRE(root_watch(folder).look() == StopReason::none);
    REQUIRE_THAT(root_watch(folder).seconds_left(), WithinAbs(1000.0, 5.0));
    REQUIRE(root_watch(folder, 1e-3).look() == StopReason::wall_limit);
  }
}

TEST_CASE("a job end that is no number is none", "[run]") {
  const Variable end("TESSERA_JOB_END_TIME", "12:00");
  REQUIRE(root_watch(test::scratch_folder()).look() == StopReason::none);
}
