#include "data/halo.hpp"

#include <cstdlib>
#include <cstring>

#include "base/region.hpp"
#include "base/traffic.hpp"

namespace tessera::data {

namespace {

constexpr int halo_tag = 71;

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
    storage = make_uninitialized<HostArray1<std::byte>>("halo staging", bytes + bytes / 16);
}

/// Place of a value in a message.
KOKKOS_INLINE_FUNCTION std::size_t place(int row, int components, int c) {
  return static_cast<std::size_t>(row) * static_cast<std::size_t>(components) + static_cast<std::size_t>(c);
}

template <class T>
struct Gather {
  Array2<T> column;
  Array1<int> row, shift_index;
  Array2<double> shift;
  bool is_position;
  KOKKOS_FUNCTION T operator()(int k, int c) const {
    const T value = column(row(k), c);
    if constexpr (std::is_same_v<T, double>)
      if (is_position) return value + shift(shift_index(k), c);
    return value;
  }
};

/// Adds value(k, c) to row(first + k). A row may have several copies: sums run one component at a time, in the order
/// of the plan, so that they do not depend on threads.
template <class Value>
void add_in_order(const Array2<double>& column, const Array1<int>& row, int first, int count, const Value& value) {
  Kokkos::parallel_for(
      "data/halo_add", Range(0, static_cast<int>(column.extent(1))), KOKKOS_LAMBDA(int c) {
        for (int k = 0; k < count; ++k) column(row(first + k), c) += value(k, c);
      });
}

}  // namespace

template <class T>
Array1<T> Halo::buffer(Array1<double>& storage, std::size_t count) const {
  const std::size_t words = (count * sizeof(T) + sizeof(double) - 1) / sizeof(double);
  if (storage.extent(0) < words) storage = make_uninitialized<Array1<double>>("halo buffer", words + words / 16);
  return Array1<T>(reinterpret_cast<T*>(storage.data()), count);
}

template <class T>
void Halo::exchange(const Array1<T>& outgoing, const Array1<T>& incoming, int components, bool backwards) {
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
    const MPI_Comm comm = comm_->mpi();
    if (send) {
      count_message(static_cast<std::int64_t>(bytes(rows)));
      check_mpi(MPI_Isend(data, rows, row_type, rank, halo_tag, comm, &requests_.back()), "MPI_Isend");
    } else {
      check_mpi(MPI_Irecv(data, rows, row_type, rank, halo_tag, comm, &requests_.back()), "MPI_Irecv");
    }
    check_mpi(MPI_Type_free(&row_type), "MPI_Type_free");
  };
  for (const auto& peer : peers_) {
    if (backwards)
      post(false, received + bytes(peer.send_begin), peer.send_count, peer.rank);
    else
      post(false, received + bytes(peer.receive_begin), peer.receive_count, peer.rank);
  }
  for (const auto& peer : peers_) {
    if (backwards)
      post(true, sent + bytes(peer.receive_begin), peer.receive_count, peer.rank);
    else
      post(true, sent + bytes(peer.send_begin), peer.send_count, peer.rank);
  }
}

void Halo::wait() {
  if (!requests_.empty())
    check_mpi(MPI_Waitall(static_cast<int>(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE), "MPI_Waitall");
  requests_.clear();
  if (unstage_target_ == nullptr) return;
  const Array1<char> target(static_cast<char*>(unstage_target_), unstage_bytes_);
  const HostArray1<char> source(reinterpret_cast<char*>(receive_host_.data()), unstage_bytes_);
  Kokkos::deep_copy(target, source);
  unstage_target_ = nullptr;
}

template <class T>
void Halo::forward_begin(const Array2<T>& column, Content content) {
  const Region region("data/halo");
  const auto components = static_cast<int>(column.extent(1));
  const Gather<T> gather{column, send_row_, send_shift_, shift_, content == Content::position};
  const int num_self = num_self_;
  if (num_sent_ + num_received_ > 0) {
    const auto outgoing = buffer<T>(send_storage_, place(num_sent_, components, 0));
    const auto incoming = buffer<T>(receive_storage_, place(num_received_, components, 0));
    Kokkos::parallel_for(
        "data/halo_pack", Range(0, num_sent_), KOKKOS_LAMBDA(int k) {
          for (int c = 0; c < components; ++c) outgoing(place(k, components, c)) = gather(num_self + k, c);
        });
    exchange(outgoing, incoming, components, false);
  }
  const auto slot = slot_;
  const int begin = halo_begin_;
  for (int c = 0; c < components; ++c)
    Kokkos::parallel_for(
        "data/halo_copy", Range(0, num_self), KOKKOS_LAMBDA(int k) { column(begin + slot(k), c) = gather(k, c); });
}

template <class T>
void Halo::forward_end(const Array2<T>& column) {
  if (num_sent_ + num_received_ == 0) return;
  const Region region("data/halo");
  wait();
  const auto components = static_cast<int>(column.extent(1));
  const auto incoming = buffer<T>(receive_storage_, place(num_received_, components, 0));
  const auto slot = slot_;
  const int begin = halo_begin_;
  const int num_self = num_self_;
  Kokkos::parallel_for(
      "data/halo_unpack", Range(0, num_received_), KOKKOS_LAMBDA(int k) {
        for (int c = 0; c < components; ++c) column(begin + slot(num_self + k), c) = incoming(place(k, components, c));
      });
}

void Halo::reverse(const Array2<double>& column) {
  const Region region("data/halo_reverse");
  const auto components = static_cast<int>(column.extent(1));
  const auto slot = slot_;
  const auto row = send_row_;
  const int begin = halo_begin_;
  const int num_self = num_self_;
  // Outgoing values lie in the storage that a forward receives into, and the other way round.
  const auto outgoing = buffer<double>(receive_storage_, place(num_received_, components, 0));
  const auto incoming = buffer<double>(send_storage_, place(num_sent_, components, 0));
  Kokkos::parallel_for(
      "data/halo_pack", Range(0, num_received_), KOKKOS_LAMBDA(int k) {
        for (int c = 0; c < components; ++c) outgoing(place(k, components, c)) = column(begin + slot(num_self + k), c);
      });
  exchange(outgoing, incoming, components, true);
  add_in_order(
      column, row, 0, num_self, KOKKOS_LAMBDA(int k, int c) { return column(begin + slot(k), c); });
  wait();
  add_in_order(
      column, row, num_self, num_sent_, KOKKOS_LAMBDA(int k, int c) { return incoming(place(k, components, c)); });
}

template void Halo::forward_begin<double>(const Array2<double>&, Content);
template void Halo::forward_begin<int>(const Array2<int>&, Content);
template void Halo::forward_begin<std::int64_t>(const Array2<std::int64_t>&, Content);
template void Halo::forward_end<double>(const Array2<double>&);
template void Halo::forward_end<int>(const Array2<int>&);
template void Halo::forward_end<std::int64_t>(const Array2<std::int64_t>&);

}  // namespace tessera::data
