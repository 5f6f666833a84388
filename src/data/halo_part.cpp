// A plan of some of a halo's copies.
#include <cstring>

#include "base/region.hpp"
#include "data/halo.hpp"

namespace tessera::data {

namespace {

std::vector<std::byte> bytes_of(const std::vector<int>& numbers) {
  const auto* begin = reinterpret_cast<const std::byte*>(numbers.data());
  return {begin, begin + numbers.size() * sizeof(int)};
}

std::vector<int> numbers_of(const std::vector<std::byte>& bytes) {
  std::vector<int> numbers(bytes.size() / sizeof(int));
  std::memcpy(numbers.data(), bytes.data(), bytes.size());
  return numbers;
}

Array1<int> on_device(const std::vector<int>& numbers, const char* name) {
  const auto view = make_uninitialized<Array1<int>>(name, numbers.size());
  Kokkos::deep_copy(view, HostArray1<const int>(numbers.data(), numbers.size()));
  return view;
}

/// to(k) = from(place(k))
void take(const Array1<int>& place, const Array1<int>& from, const Array1<int>& to) {
  Kokkos::parallel_for(
      "data/halo_part", Range(0, place.extent(0)), KOKKOS_LAMBDA(int k) { to(k) = from(place(k)); });
}

}  // namespace

/// Rows and shifts of what is sent: places in those of the whole plan.
void Halo::take_rows(const Halo& whole, const std::vector<int>& places) {
  const auto place = on_device(places, "halo places");
  send_row_ = make_uninitialized<Array1<int>>("halo rows", places.size());
  send_shift_ = make_uninitialized<Array1<int>>("halo shifts", places.size());
  take(place, whole.send_row_, send_row_);
  take(place, whole.send_shift_, send_shift_);
}

Halo Halo::part(const Array1<int>& wanted) const {
  const Region region("data/halo_part");
  const auto slot = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), slot_);
  const auto is_wanted = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), wanted);
  Halo part;
  part.comm_ = comm_;
  part.shift_ = shift_;
  part.images_ = images_;
  part.halo_begin_ = halo_begin_;

  std::vector<int> places, slots;  // of what is sent, own copies first; of what arrives, likewise
  for (int k = 0; k < num_self_; ++k)
    if (is_wanted(slot(k)) != 0) {
      places.push_back(k);
      slots.push_back(slot(k));
    }
  part.num_self_ = static_cast<int>(slots.size());
  std::vector<Comm::Message> requests;
  for (const auto& peer : peers_) {
    std::vector<int> request;  // places in the message from that peer
    for (int n = 0; n < peer.receive_count; ++n) {
      const int copy = slot(num_self_ + peer.receive_begin + n);
      if (is_wanted(copy) == 0) continue;
      request.push_back(n);
      slots.push_back(copy);
    }
    const auto count = static_cast<int>(request.size());
    part.peers_.push_back({peer.rank, 0, 0, part.num_received_, count});
    part.num_received_ += count;
    if (count > 0) requests.emplace_back(peer.rank, bytes_of(request));
  }
  const auto asked = comm_->size() > 1 ? comm_->sparse_exchange(requests) : std::vector<Comm::Message>{};
  auto message = asked.begin();  // both are ordered by rank
  for (std::size_t p = 0; p < peers_.size(); ++p) {
    auto& peer = part.peers_[p];
    peer.send_begin = part.num_sent_;
    if (message == asked.end() || message->first != peer.rank) continue;
    for (const int n : numbers_of(message->second)) places.push_back(num_self_ + peers_[p].send_begin + n);
    peer.send_count = static_cast<int>(numbers_of(message->second).size());
    part.num_sent_ += peer.send_count;
    ++message;
  }
  std::erase_if(part.peers_, [](const Peer& peer) { return peer.send_count + peer.receive_count == 0; });
  part.take_rows(*this, places);
  part.slot_ = on_device(slots, "halo slots");
  return part;
}

}  // namespace tessera::data
