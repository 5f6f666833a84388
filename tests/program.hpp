// What programs beside the test programs begin with: those that tests start, and judge from outside.
#pragma once

#include "base/log.hpp"
#include "base/runtime.hpp"

namespace tessera::test {

/// Work on all ranks, from MPI_Init to the exit status: work(comm) returns one, or throws Error as the program does.
template <class Work>
int run_program(int argc, char** argv, const Work& work) {
  try {
    Runtime runtime(argc, argv);
    const Comm& comm = runtime.comm();
    log::start(comm.rank());
    try {
      return work(comm);
    } catch (const Error& error) {
      return static_cast<int>(settle_failure(comm, error));
    }
  } catch (const Error& error) {
    log::error("{}", error.what());
    return 1;
  }
}

}  // namespace tessera::test
