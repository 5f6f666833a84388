// Columns of all ranks travel round a ring: each rank sees those of every other one, and holds two at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "base/comm.hpp"
#include "math/points.hpp"

namespace tessera::math {

namespace detail {

/// Sends `outgoing` to the next rank while `incoming` comes from the one before it; begun and awaited.
class RingStep {
 public:
  RingStep(const Comm& comm, const HostColumns& outgoing, const HostColumns& incoming);
  void wait();

 private:
  MPI_Request requests_[2];
};

/// Collective. What is true of each rank's columns.
struct Share {
  std::int64_t first, rows;
};
std::vector<Share> shares(const Comm& comm, const Columns& mine, std::int64_t first);

}  // namespace detail

/// Collective. Calls visit(columns, number of their first row) for the columns of each rank, as many kinds on all, the
/// own ones first. `visit` must neither communicate nor throw.
template <class Visit>
void ring(const Comm& comm, const Columns& mine, std::int64_t first, const Visit& visit) {
  const auto shares = detail::shares(comm, mine, first);
  HostColumns here = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), mine);
  Columns columns = mine;
  for (int step = 0; step < comm.size(); ++step) {
    const auto share_of = [&](int steps) -> const detail::Share& {
      return shares[static_cast<std::size_t>((comm.rank() - steps + comm.size()) % comm.size())];
    };
    if (step + 1 == comm.size()) {
      visit(columns, share_of(step).first);
      break;
    }
    HostColumns next("travelling", mine.extent(0), static_cast<std::size_t>(share_of(step + 1).rows));
    detail::RingStep exchange(comm, here, next);
    visit(columns, share_of(step).first);
    Kokkos::fence();
    exchange.wait();
    here = next;
    columns = Kokkos::create_mirror_view_and_copy(MemSpace(), here);
  }
}

}  // namespace tessera::math
