// Ends in the way that its argument names, on the last rank alone unless said otherwise; judged by endings.sh.
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "base/runtime.hpp"
#include "base/signals.hpp"

namespace tessera {

namespace {

void end_as_told(const Comm& comm, const std::string& how) {
  const bool is_last = comm.rank() == comm.size() - 1;
  if (how == "well") return;
  if (how == "all_throw") throw Error::input("everyone knows");
  if (how == "all_throw_differently") throw Error(ErrorKind::io, "seen by rank " + std::to_string(comm.rank()));
  if (how == "agree")
    agree(comm, [&] {
      if (is_last) throw Error::numeric("found by one, told to all");
    });
  if (!is_last) {
    comm.barrier();
    comm.barrier();
    return;
  }
  if (how == "one_throws") throw Error::input("known to one");
  if (how == "one_throws_in_exchange") comm.sparse_exchange({{comm.size(), {}}});
  if (how == "segmentation_fault") raise(SIGSEGV);
  if (how == "abort") std::abort();
  if (how == "escapes") throw std::runtime_error("not one of ours");
  if (how == "second_sigterm") {
    install_signal_handlers();
    raise(SIGTERM);
    raise(SIGTERM);
  }
  if (how == "kill") raise(SIGKILL);
}

int run(int argc, char** argv) {
  Runtime runtime(argc, argv);
  log::start(runtime.comm().rank());
  try {
    end_as_told(runtime.comm(), argc > 1 ? argv[1] : "well");
    return static_cast<int>(ExitStatus::done);
  } catch (const Error& error) {
    return static_cast<int>(settle_failure(runtime.comm(), error, 1.0));
  }
}

int start(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const Error& error) {
    if (launcher_rank() == 0) log::error("{}", error.what());
    return static_cast<int>(error.exit_status());
  }
}

}  // namespace

}  // namespace tessera

int main(int argc, char** argv) { return tessera::start(argc, argv); }
