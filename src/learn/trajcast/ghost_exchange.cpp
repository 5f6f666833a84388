#include "learn/trajcast/ghost_exchange.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

#include "base/region.hpp"

namespace tessera::learn::trajcast {

namespace {

/// Numbers travel as whole words of the same size: sums are made on arrival.
template <class T>
using GhostWord = std::conditional_t<sizeof(T) == sizeof(double), double, int>;

Array1<int> ghost_list(const std::vector<int>& numbers, const char* name) {
  const auto view = make_uninitialized<Array1<int>>(name, numbers.size());
  Kokkos::deep_copy(view, HostArray1<const int>(numbers.data(), numbers.size()));
  return view;
}

/// What each rank is asked for, as messages; places within `owners` of each are behind one another.
std::vector<Comm::Message> requests_of(const std::vector<GhostExchange::Owner>& owners) {
  std::map<int, std::vector<int>> rows;
  for (const auto& owner : owners) rows[owner.rank].push_back(owner.row);
  std::vector<Comm::Message> requests;
  for (const auto& [rank, wanted] : rows) {
    const auto* bytes = reinterpret_cast<const std::byte*>(wanted.data());
    requests.emplace_back(rank, std::vector<std::byte>(bytes, bytes + wanted.size() * sizeof(int)));
  }
  return requests;
}

}  // namespace

GhostExchange::GhostExchange(const Comm& comm, int num_owned, const std::vector<Owner>& owners)
    : num_owned_(num_owned), num_ghosts_(static_cast<int>(owners.size())), comm_{comm} {
  const auto requests = requests_of(owners);
  std::map<int, data::Peer> peers;
  int begin = 0;
  for (const auto& [rank, bytes] : requests) {
    const auto count = static_cast<int>(bytes.size() / sizeof(int));
    peers[rank] = {rank, 0, 0, begin, count};
    begin += count;
  }
  std::vector<int> rows;
  for (const auto& [rank, bytes] : comm.size() > 1 ? comm.sparse_exchange(requests) : std::vector<Comm::Message>{}) {
    const std::size_t old = rows.size(), count = bytes.size() / sizeof(int);
    rows.resize(old + count);
    std::memcpy(rows.data() + old, bytes.data(), bytes.size());
    auto& peer = peers.try_emplace(rank, data::Peer{rank, 0, 0, 0, 0}).first->second;
    peer.send_begin = static_cast<int>(old);
    peer.send_count = static_cast<int>(count);
  }
  for (const auto& [rank, peer] : peers) peers_.push_back(peer);
  num_sent_ = static_cast<int>(rows.size());
  send_row_ = ghost_list(rows, "ghost rows");

  std::vector<std::pair<int, int>> places;  // row, place among those sent
  for (std::size_t k = 0; k < rows.size(); ++k) places.emplace_back(rows[k], static_cast<int>(k));
  std::sort(places.begin(), places.end());
  std::vector<int> targets, begins, order;
  for (const auto& [row, place] : places) {
    if (targets.empty() || targets.back() != row) {
      targets.push_back(row);
      begins.push_back(static_cast<int>(order.size()));
    }
    order.push_back(place);
  }
  begins.push_back(static_cast<int>(order.size()));
  target_ = ghost_list(targets, "ghost targets");
  target_begin_ = ghost_list(begins, "ghost target begin");
  target_place_ = ghost_list(order, "ghost target places");
}

template <class T>
void GhostExchange::fill(const data::RowArray<T>& rows) const {
  if (num_sent_ + num_ghosts_ == 0) return;
  const Region region("trajcast/ghosts");
  const auto width = static_cast<int>(rows.extent(1));
  const auto words = static_cast<std::size_t>(width);
  const auto outgoing = messages_.send_buffer<GhostWord<T>>(static_cast<std::size_t>(num_sent_) * words);
  const auto incoming = messages_.receive_buffer<GhostWord<T>>(static_cast<std::size_t>(num_ghosts_) * words);
  const auto row = send_row_;
  Kokkos::parallel_for(
      "trajcast/ghost_pack", Range(0, num_sent_), KOKKOS_LAMBDA(int k) {
        const std::size_t first = static_cast<std::size_t>(k) * words;
        for (std::size_t c = 0; c < words; ++c) outgoing(first + c) = bit_cast<GhostWord<T>>(rows(row(k), c));
      });
  messages_.start(comm_.front(), peers_, outgoing, incoming, width, false);
  messages_.wait();
  const int begin = num_owned_;
  Kokkos::parallel_for(
      "trajcast/ghost_unpack", Range(0, num_ghosts_), KOKKOS_LAMBDA(int k) {
        const std::size_t first = static_cast<std::size_t>(k) * words;
        for (std::size_t c = 0; c < words; ++c) rows(begin + k, c) = bit_cast<T>(incoming(first + c));
      });
}

template <class T>
void GhostExchange::add_back(const data::RowArray<T>& rows) const {
  if (num_sent_ + num_ghosts_ == 0) return;
  const Region region("trajcast/ghosts_back");
  const auto width = static_cast<int>(rows.extent(1));
  const auto words = static_cast<std::size_t>(width);
  // What goes out lies where a fill receives, and the other way round.
  const auto outgoing = messages_.receive_buffer<GhostWord<T>>(static_cast<std::size_t>(num_ghosts_) * words);
  const auto incoming = messages_.send_buffer<GhostWord<T>>(static_cast<std::size_t>(num_sent_) * words);
  const int begin = num_owned_;
  Kokkos::parallel_for(
      "trajcast/ghost_pack", Range(0, num_ghosts_), KOKKOS_LAMBDA(int k) {
        const std::size_t first = static_cast<std::size_t>(k) * words;
        for (std::size_t c = 0; c < words; ++c) outgoing(first + c) = bit_cast<GhostWord<T>>(rows(begin + k, c));
      });
  messages_.start(comm_.front(), peers_, outgoing, incoming, width, true);
  messages_.wait();
  const auto target = target_, target_begin = target_begin_, place = target_place_;
  Kokkos::parallel_for(
      "trajcast/ghost_add", Range(0, static_cast<int>(target.extent(0))), KOKKOS_LAMBDA(int n) {
        for (int m = target_begin(n); m < target_begin(n + 1); ++m) {
          const std::size_t first = static_cast<std::size_t>(place(m)) * words;
          for (std::size_t c = 0; c < words; ++c) rows(target(n), c) += bit_cast<T>(incoming(first + c));
        }
      });
}

template void GhostExchange::fill<double>(const data::RowArray<double>&) const;
template void GhostExchange::fill<float>(const data::RowArray<float>&) const;
template void GhostExchange::add_back<double>(const data::RowArray<double>&) const;
template void GhostExchange::add_back<float>(const data::RowArray<float>&) const;

}  // namespace tessera::learn::trajcast
