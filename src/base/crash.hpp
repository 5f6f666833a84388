// The last words of a process that dies: its rank and the reason, and the end of the whole job.
#pragma once

namespace tessera {

/// Handlers for escaped exceptions and fatal signals (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT): print rank and reason
/// and end the job, so that no rank waits for a dead one. Called once by Runtime, after MPI has started.
void install_crash_handlers(int rank, int num_ranks);

/// The handlers stop talking to MPI: it is about to end.
void disarm_crash_handlers();

}  // namespace tessera
