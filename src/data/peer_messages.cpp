#include "data/peer_messages.hpp"

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "base/traffic.hpp"

namespace tessera::data {

namespace {

/// MPI reads device memory only if the user says so: detection is unreliable.
bool mpi_reads_device() {
  static const bool answer = [] {
    const char* text = std::getenv("TESSERA_GPU_AWARE_MPI");
    return device_is_host || (text != nullptr && std::strcmp(text, "1") == 0);
  }();
  return answer;
}

void enlarge(HostArray1<std::byte>& storage, std::size_t bytes) {
  if (storage.extent(0) < bytes)
    storage = make_uninitialized<HostArray1<std::byte>>("message staging", bytes + bytes / 16);
}

}  // namespace

template <class T>
void PeerMessages::start(const Comm& comm, const std::vector<Peer>& peers, const Array1<T>& outgoing,
                         const Array1<T>& incoming, int components, bool backwards) {
  auto* sent = reinterpret_cast<std::byte*>(outgoing.data());
  auto* received = reinterpret_cast<std::byte*>(incoming.data());
  if (!mpi_reads_device()) {
    enlarge(send_host_, outgoing.extent(0) * sizeof(T));
    enlarge(receive_host_, incoming.extent(0) * sizeof(T));
    const HostArray1<T> staged(reinterpret_cast<T*>(send_host_.data()), outgoing.extent(0));
    Kokkos::deep_copy(staged, outgoing);
    unstage_target_ = received;
    unstage_bytes_ = incoming.extent(0) * sizeof(T);
    sent = send_host_.data();
    received = receive_host_.data();
  }
  Kokkos::fence();
  const auto row_bytes = static_cast<std::size_t>(components) * sizeof(T);
  const auto bytes = [&](int rows) { return static_cast<std::size_t>(rows) * row_bytes; };
  const auto post = [&](bool send, std::byte* data, int rows, int rank) {
    if (rows == 0) return;
    requests_.emplace_back();
    // Rows are counted in units of themselves, so that counts beyond 2^31 bytes are in order.
    MPI_Datatype row_type;
    check_mpi(MPI_Type_contiguous(static_cast<int>(row_bytes), MPI_BYTE, &row_type), "MPI_Type_contiguous");
    check_mpi(MPI_Type_commit(&row_type), "MPI_Type_commit");
    if (send) {
      if (rank != comm.rank()) count_message(static_cast<std::int64_t>(bytes(rows)));
      check_mpi(MPI_Isend(data, rows, row_type, rank, tag_, comm.mpi(), &requests_.back()), "MPI_Isend");
    } else {
      check_mpi(MPI_Irecv(data, rows, row_type, rank, tag_, comm.mpi(), &requests_.back()), "MPI_Irecv");
    }
    check_mpi(MPI_Type_free(&row_type), "MPI_Type_free");
  };
  for (const auto& peer : peers) {
    if (backwards)
      post(false, received + bytes(peer.send_begin), peer.send_count, peer.rank);
    else
      post(false, received + bytes(peer.receive_begin), peer.receive_count, peer.rank);
  }
  for (const auto& peer : peers) {
    if (backwards)
      post(true, sent + bytes(peer.receive_begin), peer.receive_count, peer.rank);
    else
      post(true, sent + bytes(peer.send_begin), peer.send_count, peer.rank);
  }
}

void PeerMessages::wait() {
  if (!requests_.empty())
    check_mpi(MPI_Waitall(static_cast<int>(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE), "MPI_Waitall");
  requests_.clear();
  if (unstage_target_ == nullptr) return;
  const Array1<char> target(static_cast<char*>(unstage_target_), unstage_bytes_);
  const HostArray1<char> source(reinterpret_cast<char*>(receive_host_.data()), unstage_bytes_);
  Kokkos::deep_copy(target, source);
  unstage_target_ = nullptr;
}

template void PeerMessages::start<double>(const Comm&, const std::vector<Peer>&, const Array1<double>&,
                                          const Array1<double>&, int, bool);
template void PeerMessages::start<int>(const Comm&, const std::vector<Peer>&, const Array1<int>&, const Array1<int>&,
                                       int, bool);
template void PeerMessages::start<std::int64_t>(const Comm&, const std::vector<Peer>&, const Array1<std::int64_t>&,
                                                const Array1<std::int64_t>&, int, bool);

}  // namespace tessera::data
