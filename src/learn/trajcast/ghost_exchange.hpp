// Features of other ranks' particles, row by row.
#pragma once

#include <vector>

#include "base/comm.hpp"
#include "data/peer_messages.hpp"
#include "data/table.hpp"

namespace tessera::learn::trajcast {

/// Ghosts are rows behind the owned ones, each the copy of an owned row of another rank. Wide rows travel in one piece;
/// the width may be another one in every call. data::Halo does the same by columns.
class GhostExchange {
 public:
  struct Owner {
    int rank, row;
    bool operator<(const Owner& other) const { return rank != other.rank ? rank < other.rank : row < other.row; }
    bool operator==(const Owner& other) const { return rank == other.rank && row == other.row; }
  };

  /// No ghosts.
  GhostExchange() = default;
  /// Collective. Ghost n is the copy of owners[n]; they are sorted and none of this rank's.
  GhostExchange(const Comm& comm, int num_owned, const std::vector<Owner>& owners);

  int num_owned() const { return num_owned_; }
  int num_ghosts() const { return num_ghosts_; }
  /// Rows that this rank sends in one fill().
  int num_sent() const { return num_sent_; }

  /// Collective. Rows num_owned .. num_owned + num_ghosts - 1 become those of their owners. T is double or float.
  template <class T>
  void fill(const data::RowArray<T>& rows) const;
  /// Collective. Adds the rows of ghosts to those of their owners, in a fixed order; those of ghosts stay.
  template <class T>
  void add_back(const data::RowArray<T>& rows) const;

 private:
  int num_owned_ = 0, num_ghosts_ = 0, num_sent_ = 0;
  std::vector<Comm> comm_;  // one, once there are ranks
  std::vector<data::Peer> peers_;
  Array1<int> send_row_;
  Array1<int> target_, target_begin_, target_place_;  // rows with copies elsewhere, and their places among those sent
  mutable data::PeerMessages messages_{77};
};

}  // namespace tessera::learn::trajcast
