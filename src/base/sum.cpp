#include "base/sum.hpp"

#include "base/traffic.hpp"

namespace tessera {

namespace {

void add_sums(void* in, void* inout, int* length, MPI_Datatype*) {
  const auto* source = static_cast<const ExactSum*>(in);
  auto* target = static_cast<ExactSum*>(inout);
  for (int n = 0; n < *length; ++n) target[n] += source[n];
}

}  // namespace

void all_reduce(const Comm& comm, ExactSum* sums, int count) {
  static_assert(sizeof(ExactSum) == 2 * sizeof(double));
  if (comm.size() == 1) return;
  count_collective(static_cast<std::int64_t>(sizeof(ExactSum)) * count);
  MPI_Datatype type = MPI_DATATYPE_NULL;
  check_mpi(MPI_Type_contiguous(2, MPI_DOUBLE, &type), "MPI_Type_contiguous");
  check_mpi(MPI_Type_commit(&type), "MPI_Type_commit");
  MPI_Op op = MPI_OP_NULL;
  check_mpi(MPI_Op_create(add_sums, 1, &op), "MPI_Op_create");
  const int code = MPI_Allreduce(MPI_IN_PLACE, sums, count, type, op, comm.mpi());
  MPI_Op_free(&op);
  MPI_Type_free(&type);
  check_mpi(code, "MPI_Allreduce");
}

}  // namespace tessera
