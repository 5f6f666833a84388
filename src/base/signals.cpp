#include "base/signals.hpp"

#include <csignal>
#include <initializer_list>

namespace tessera {

namespace {

volatile std::sig_atomic_t last_signal = 0;
volatile std::sig_atomic_t asked_to_end = 0;

void remember(int signal) {
  const bool is_request_to_end = signal == SIGTERM || signal == SIGINT;
  if (is_request_to_end && asked_to_end != 0) {
    std::signal(signal, SIG_DFL);
    raise(signal);
    return;
  }
  if (is_request_to_end) asked_to_end = 1;
  last_signal = signal;
}

}  // namespace

void install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = remember;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGUSR1, SIGUSR2, SIGTERM, SIGINT}) sigaction(signal, &action, nullptr);
}

int pending_signal() { return last_signal; }

void clear_signal() {
  last_signal = 0;
  asked_to_end = 0;
}

}  // namespace tessera
