// Ghosts and sums of a graph that is spread over ranks.
#pragma once

#include "base/comm.hpp"
#include "learn/trajcast/ghost_exchange.hpp"
#include "learn/trajcast/graph.hpp"

namespace tessera::learn::trajcast {

/// Rows of ghosts are those of a GhostExchange, which it refers to. Rows lie on the host.
template <class Real>
class DomainSurroundings final : public Surroundings<Real> {
 public:
  DomainSurroundings(const Comm& comm, const GhostExchange& ghosts) : comm_(comm), ghosts_(ghosts) {}
  void fill_ghosts(Real* rows, std::int64_t width) override {
    exchange(rows, width, [&](const data::RowArray<Real>& all) { ghosts_.template fill<Real>(all); });
  }
  void return_ghosts(Real* rows, std::int64_t width) override {
    exchange(rows, width, [&](const data::RowArray<Real>& all) { ghosts_.template add_back<Real>(all); });
  }
  void sum(ExactSum* sums, int count) override { all_reduce(comm_, sums, count); }

 private:
  template <class Work>
  void exchange(Real* rows, std::int64_t width, const Work& work) const {
    using Rows = data::RowArray<Real>;
    const auto count = static_cast<std::size_t>(ghosts_.num_owned() + ghosts_.num_ghosts());
    const Kokkos::View<Real**, Kokkos::LayoutRight, Kokkos::HostSpace> host(rows, count,
                                                                            static_cast<std::size_t>(width));
    if constexpr (std::is_same_v<typename Rows::memory_space, Kokkos::HostSpace>) {
      work(Rows(host));
    } else {
      const auto device = Kokkos::create_mirror_view_and_copy(typename Rows::memory_space(), host);
      work(device);
      Kokkos::deep_copy(host, device);
    }
  }

  const Comm& comm_;
  const GhostExchange& ghosts_;
};

}  // namespace tessera::learn::trajcast
