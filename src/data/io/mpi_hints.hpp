// What the user tells MPI-IO about the file system.
#pragma once

#include <mpi.h>

namespace tessera::data {

/// The hints of TESSERA_MPIIO_HINTS, e.g. "striping_factor=8,cb_nodes=4" (ROMIO's and OMPIO's manuals list them); none
/// if it is unset. The same on all ranks, whose environments the launcher makes alike.
class MpiHints {
 public:
  /// Local. Throws Error (input) if the variable cannot be understood.
  MpiHints();
  ~MpiHints();
  MpiHints(const MpiHints&) = delete;
  MpiHints& operator=(const MpiHints&) = delete;

  MPI_Info get() const { return info_; }

 private:
  MPI_Info info_ = MPI_INFO_NULL;
};

}  // namespace tessera::data
