#include "math/ring.hpp"

#include <fmt/core.h>

#include <limits>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "base/traffic.hpp"

namespace tessera::math::detail {

namespace {

constexpr int ring_tag = 31100;

}  // namespace

RingStep::RingStep(const Comm& comm, const HostColumns& outgoing, const HostColumns& incoming) {
  const int next = (comm.rank() + 1) % comm.size(), last = (comm.rank() + comm.size() - 1) % comm.size();
  check_mpi(MPI_Irecv(incoming.data(), static_cast<int>(incoming.size()), MPI_DOUBLE, last, ring_tag, comm.mpi(),
                      &requests_[0]),
            "MPI_Irecv");
  check_mpi(MPI_Isend(outgoing.data(), static_cast<int>(outgoing.size()), MPI_DOUBLE, next, ring_tag, comm.mpi(),
                      &requests_[1]),
            "MPI_Isend");
  count_message(static_cast<std::int64_t>(outgoing.size() * sizeof(double)));
}

void RingStep::wait() { check_mpi(MPI_Waitall(2, requests_, MPI_STATUSES_IGNORE), "MPI_Waitall"); }

std::vector<Share> shares(const Comm& comm, const Columns& mine, std::int64_t first) {
  const auto limit = static_cast<std::size_t>(std::numeric_limits<int>::max());
  agree(comm, [&] {
    if (mine.size() > limit)
      throw Error::input(fmt::format("{} numbers of samples on one rank; expected at most {}: more ranks would do",
                                     mine.size(), limit));
  });
  return comm.all_gather(Share{first, static_cast<std::int64_t>(mine.extent(1))});
}

}  // namespace tessera::math::detail
