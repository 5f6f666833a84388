// Requests to stop that arrive as signals.
#pragma once

namespace tessera {

/// SIGUSR1, SIGUSR2, SIGTERM and SIGINT are remembered from here on instead of ending the process; a second SIGTERM or
/// SIGINT ends it at once.
void install_signal_handlers();

/// The last such signal that reached this rank since the start or clear_signal(), 0 if none. One rank may have got it
/// alone: take the maximum over ranks before acting on it.
int pending_signal();

void clear_signal();

}  // namespace tessera
