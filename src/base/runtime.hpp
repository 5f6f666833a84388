// Start and stop of MPI, Kokkos and PETSc, together and in order.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/comm.hpp"
#include "base/error.hpp"

namespace tessera {

/// Lives in main around everything else: Views, communicators and files end before it does.
class Runtime {
 public:
  /// Collective. Starts MPI, Kokkos and PETSc. Takes the arguments that begin with --kokkos- out of argv and hands
  /// Kokkos these alone. Throws Error (input) if Kokkos does not know one of them; what else goes wrong here ends the
  /// job.
  Runtime(int& argc, char** argv);
  /// Collective. Ends them in reverse order, after a barrier. Ends the job if it is reached through an exception.
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  const Comm& comm() const;

 private:
  struct Sessions;
  std::unique_ptr<Sessions> sessions_;
};

/// Rank that the launcher's environment gives this process, before MPI starts (0 without a launcher).
int launcher_rank();
/// True if that environment says that a launcher (mpirun, srun...) started this process.
bool is_launched();

/// The top-level handler for an error that may have reached this rank alone: ranks look for each other for
/// `patience` seconds in a non-blocking reduction. All arrive: the lowest failing rank's message is printed once and
/// the agreed status returned. Otherwise: prints rank and error and ends the job (MPI_Abort with that status).
ExitStatus settle_failure(const Comm& comm, const Error& error, double patience = 5.0);

struct BuildInfo {
  std::string version, compiler, flags, build_type;
  std::string kokkos, backend, mpi, hdf5;
  std::string petsc;  ///< "none" if it was left out
  std::string simd;   ///< instruction set that the compiler was allowed
  int threads = 1;    ///< of the host's execution space
};
/// Versions of what this binary runs on (HDF5's is the header's).
BuildInfo build_info();

/// Collective. How many ranks and threads run on how many hosts and processors, the same text on all ranks, e.g.
/// "4 ranks on 1 host, 1 thread a rank, 2 processors a host, 2 open to a rank; oversubscribed: 2 threads more than
/// processors on a host".
std::string describe_placement(const Comm& comm);

}  // namespace tessera
