// Communicator: typed, checked wrappers of the MPI calls that the project uses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#ifndef OMPI_SKIP_MPICXX
#define OMPI_SKIP_MPICXX 1
#endif
#ifndef MPICH_SKIP_MPICXX
#define MPICH_SKIP_MPICXX 1
#endif
#include <mpi.h>

namespace tessera {

enum class Op { sum, min, max };

/// A group of ranks. Copies share one MPI communicator, which is never MPI_COMM_WORLD itself.
/// Errors of MPI are returned and become tessera::Error (internal).
class Comm {
 public:
  /// Collective. A duplicate of the given communicator.
  static Comm duplicate(MPI_Comm parent);

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_root() const { return rank_ == 0; }
  /// For point-to-point messages and calls that have no wrapper. Tags from reserved_tag on belong to this class.
  MPI_Comm mpi() const;
  static constexpr int reserved_tag = 32000;
  /// The same ranks, apart from all other traffic: used only after something has failed.
  Comm distressed() const;

  /// Collective. Groups of equal colour, ordered by rank: ensembles.
  Comm split(int colour) const;

  /// Collective.
  void barrier() const;

  /// Collective. In place over `count` values; T is int, std::int64_t, std::uint64_t or double.
  template <class T>
  void all_reduce(T* values, int count, Op op) const;

  /// Collective.
  template <class T>
  T all_reduce(T value, Op op) const {
    all_reduce(&value, 1, op);
    return value;
  }

  /// Collective. Sum over lower ranks (0 on rank 0).
  std::int64_t exclusive_sum(std::int64_t value) const;

  /// Collective. The same bytes on every rank; any length.
  void broadcast_bytes(void* data, std::size_t bytes, int root = 0) const;
  void broadcast(std::string& text, int root = 0) const;
  template <class T>
  void broadcast(T& value, int root = 0) const {
    static_assert(std::is_trivially_copyable_v<T>);
    broadcast_bytes(&value, sizeof(T), root);
  }

  /// Collective. One value a rank, on all ranks.
  template <class T>
  std::vector<T> all_gather(const T& value) const {
    static_assert(std::is_trivially_copyable_v<T>);
    std::vector<T> all(static_cast<std::size_t>(size_));
    all_gather_bytes(&value, all.data(), sizeof(T));
    return all;
  }

  using Message = std::pair<int, std::vector<std::byte>>;  ///< (rank, content)

  /// Collective. Each rank sends to ranks that do not know of it yet (Hoefler, Siebert, Lumsdaine 2010: non-blocking
  /// consensus). Costs O(messages), not O(ranks). Received messages are ordered by source; messages to oneself are
  /// delivered too.
  std::vector<Message> sparse_exchange(const std::vector<Message>& outgoing) const;

 private:
  struct Handle;
  explicit Comm(std::shared_ptr<Handle> handle);
  static Comm adopt(MPI_Comm owned);
  void all_gather_bytes(const void* value, void* all, std::size_t bytes) const;

  std::shared_ptr<Handle> handle_;
  int rank_ = 0;
  int size_ = 1;
};

/// Collective. The sorted union of the texts of all ranks, the same everywhere; at most `limit` of them are kept.
std::vector<std::string> merge_texts(const Comm& comm, const std::vector<std::string>& texts, std::size_t limit);

/// Throws Error (internal) naming the call if an MPI function failed.
void check_mpi(int code, const char* call);

}  // namespace tessera
