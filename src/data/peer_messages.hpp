// One message to each peer and one from each, out of one buffer and into another: what the halos of particles and the
// ghost layers of meshes have in common.
#pragma once

#include <vector>

#include "base/comm.hpp"
#include "base/kokkos.hpp"

namespace tessera::data {

/// Rows of the two buffers that go to a rank and come from it.
struct Peer {
  int rank;
  int send_begin, send_count;
  int receive_begin, receive_count;
};

/// Buffers grow to what was needed most and are kept. They stay on the device where MPI can read it there.
class PeerMessages {
 public:
  /// Each kind of exchange has a tag of its own.
  explicit PeerMessages(int tag) : tag_(tag) {}

  template <class T>
  Array1<T> send_buffer(std::size_t count) {
    return buffer<T>(send_storage_, count);
  }
  template <class T>
  Array1<T> receive_buffer(std::size_t count) {
    return buffer<T>(receive_storage_, count);
  }

  /// Collective over the peers. Begins to send and to receive rows of `components` values, forwards or (backwards) from
  /// what was received to what was sent. Empty messages are not sent.
  template <class T>
  void start(const Comm& comm, const std::vector<Peer>& peers, const Array1<T>& outgoing, const Array1<T>& incoming,
             int components, bool backwards);
  /// All has arrived, and is where kernels can read it.
  void wait();

 private:
  template <class T>
  static Array1<T> buffer(Array1<double>& storage, std::size_t count);

  int tag_;
  Array1<double> send_storage_, receive_storage_;
  HostArray1<std::byte> send_host_, receive_host_;  // only where MPI cannot read device memory
  std::vector<MPI_Request> requests_;
  void* unstage_target_ = nullptr;
  std::size_t unstage_bytes_ = 0;
};

template <class T>
Array1<T> PeerMessages::buffer(Array1<double>& storage, std::size_t count) {
  const std::size_t words = (count * sizeof(T) + sizeof(double) - 1) / sizeof(double);
  if (storage.extent(0) < words) storage = make_uninitialized<Array1<double>>("message buffer", words + words / 16);
  return Array1<T>(reinterpret_cast<T*>(storage.data()), count);
}

}  // namespace tessera::data
