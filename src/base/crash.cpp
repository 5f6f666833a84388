#include "base/crash.hpp"

#include <execinfo.h>
#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <initializer_list>
#include <string>

#include "base/agree.hpp"
#include "base/comm.hpp"
#include "base/log.hpp"

namespace tessera {

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool catches_signals = false;  // the sanitizer's own handlers say more
#else
constexpr bool catches_signals = true;
#endif

int crash_rank = 0;
volatile std::sig_atomic_t ends_job = 0;  ///< other ranks must be told through MPI

const char* describe(int signal) {
  switch (signal) {
    case SIGSEGV:
      return "invalid memory access (SIGSEGV)";
    case SIGBUS:
      return "memory that went away (SIGBUS)";
    case SIGFPE:
      return "arithmetic trap (SIGFPE)";
    case SIGILL:
      return "illegal instruction (SIGILL): was this binary built for another processor?";
    default:
      return "abort (SIGABRT)";
  }
}

/// Only what is safe in a signal handler: fixed buffers and write().
void say(int signal) {
  std::array<char, 256> line{};
  const int length =
      std::snprintf(line.data(), line.size(), "tessera: error: rank %d: %s\n", crash_rank, describe(signal));
  if (length > 0 && write(STDERR_FILENO, line.data(), static_cast<std::size_t>(length)) < 0) return;
  std::array<void*, 32> frames{};
  backtrace_symbols_fd(frames.data(), backtrace(frames.data(), static_cast<int>(frames.size())), STDERR_FILENO);
}

void on_fatal_signal(int signal) {
  std::signal(signal, SIG_DFL);
  say(signal);
  if (ends_job != 0) {
    // MPI_Abort is not meant for handlers: if it gets stuck, the alarm ends this process, and the launcher the others.
    std::signal(SIGALRM, SIG_DFL);
    alarm(5);
    MPI_Abort(MPI_COMM_WORLD, 1);
  }
  raise(signal);
}

void catch_fatal_signals() {
  void* warm_up = nullptr;
  backtrace(&warm_up, 1);  // loads its library now rather than in the handler
  static std::array<std::byte, 65536> stack;
  stack_t alternative{};
  alternative.ss_sp = stack.data();
  alternative.ss_size = stack.size();
  sigaltstack(&alternative, nullptr);
  struct sigaction action {};
  action.sa_handler = on_fatal_signal;
  action.sa_flags = SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigaction(signal, &action, nullptr);
}

[[noreturn]] void on_terminate() {
  const auto exception = std::current_exception();
  const std::string reason = exception ? to_error(exception).what() : "terminated without an exception";
  log::last_words(fmt::format("tessera: error: rank {}: {}", crash_rank, reason));
  if (ends_job != 0) MPI_Abort(MPI_COMM_WORLD, 1);
  std::_Exit(1);
}

}  // namespace

void install_crash_handlers(int rank, int num_ranks) {
  crash_rank = rank;
  ends_job = num_ranks > 1 ? 1 : 0;
  std::set_terminate(on_terminate);
  if (catches_signals) catch_fatal_signals();
}

void disarm_crash_handlers() { ends_job = 0; }

}  // namespace tessera
